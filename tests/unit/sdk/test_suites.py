"""A conformance suite that lets a bad plug pass is worth nothing: each catches its kind."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.provider import Call, Picture, Pictures, Reply, Request, Step
from pixelmill.sdk.storage import StoredObject
from pixelmill.sdk.testing import FakeContext, NodeSuite, ProviderSuite, StorageSuite, tiny_png
from pixelmill.sdk.values import Image
from tests.unit.sdk.sample_provider import FLUX, SampleProvider


@node("edit:mumble", title="mumble")
async def mumble(ctx: NodeContext, image: Image) -> Image:
    """does something or other"""  # noqa: D400, D403 - the mistake under test
    return await ctx.save(tiny_png(str(random.random())))


@dataclass(frozen=True)
class Careless(SampleProvider):
    """Trusts the vendor, and rolls dice."""

    def ask(self, request: Request) -> Step:
        return Call("POST", f"/{random.random()}", "submit")

    def read(self, reply: Reply, request: Request) -> Step:
        answer: Mapping[str, Any] = reply.json()
        return Pictures((Picture(url=answer["images"][0]["url"]),))


class Forgetful:
    """A storage that says a missing object is empty."""

    async def head(self, key: str) -> StoredObject:
        return StoredObject(key, 0)


def test_a_description_that_mumbles_is_caught() -> None:
    with pytest.raises(AssertionError):
        NodeSuite().test_its_description_is_text_for_a_person(mumble)


async def test_a_node_that_rolls_dice_is_caught() -> None:
    with pytest.raises(AssertionError):
        await NodeSuite().test_the_same_run_gives_the_same_result(mumble)


def test_a_provider_that_rolls_dice_is_caught() -> None:
    with pytest.raises(AssertionError):
        ProviderSuite().test_asking_is_pure(Careless(), FLUX)


def test_a_provider_that_trusts_the_vendor_is_caught() -> None:
    with pytest.raises(ValueError, match=r"unexpected end of data|zero-length"):
        ProviderSuite().test_it_stays_calm_whatever_comes_back(Careless(), FLUX)


def test_a_calm_provider_passes() -> None:
    ProviderSuite().test_it_stays_calm_whatever_comes_back(SampleProvider(), FLUX)
    ProviderSuite().test_asking_is_pure(SampleProvider(), FLUX)


def test_an_incomplete_row_is_caught() -> None:
    with pytest.raises(AssertionError):
        ProviderSuite().test_a_model_is_a_complete_row(replace(FLUX, title=""))
    with pytest.raises(AssertionError):
        ProviderSuite().test_a_model_is_a_complete_row(replace(FLUX, needs_reference=True))


async def test_a_storage_that_hides_what_is_missing_is_caught() -> None:
    storage: Any = Forgetful()
    with pytest.raises(pytest.fail.Exception, match="DID NOT RAISE"):
        await StorageSuite().test_a_missing_key_is_said_to_be_missing(storage)


async def test_the_fake_context_keeps_what_a_node_tells() -> None:
    ctx = FakeContext()
    ctx.progress(0.5)
    ctx.warn("Too dark.")
    ctx.log("looked", side="left")
    assert (ctx.fractions, ctx.warnings) == ([0.5], ["Too dark."])
    assert ctx.logged == [("looked", {"side": "left"})]
    image = await ctx.save(tiny_png("vase", 20, 10))
    assert (image.width, image.height, image.media_type) == (20, 10, "image/png")
    assert await ctx.load(image) == tiny_png("vase", 20, 10)
    assert await ctx.compute(len, image) == image.size_bytes
