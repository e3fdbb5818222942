"""Registries find every plug once and refuse a name that is taken."""

import sys
import textwrap
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import pytest

from pixelmill.sdk.annotations import BadDeclaration
from pixelmill.sdk.node import node
from pixelmill.sdk.provider import Provider
from pixelmill.sdk.registry import (
    NodeRegistry,
    ProviderRegistry,
    UnknownModel,
    find_nodes,
    find_providers,
)
from pixelmill.sdk.testing import FakeContext, tiny_png
from tests.unit.sdk import sample_provider
from tests.unit.sdk.test_declarations import ok

STAMP = '''
    """Puts a word on an image."""

    from typing import Annotated

    from pydantic import Field

    from pixelmill.sdk.node import NodeContext, node
    from pixelmill.sdk.values import Image


    @node("edit:stamp", title="Stamp")
    async def stamp(
        ctx: NodeContext, image: Image, *, word: Annotated[str, Field(max_length=20)] = "draft"
    ) -> Image:
        """Put a word on an image."""
        return await ctx.save(await ctx.load(image))
'''
AGAIN = '''
    """Also names the node, without declaring it again."""

    from strangers.stamp import stamp

    also = stamp
'''
PROVIDER = '''
    """A provider of a stranger."""

    from dataclasses import replace

    from tests.unit.sdk.sample_provider import SampleProvider, model

    theirs = SampleProvider(
        name="theirs", models=(replace(model("their-model"), provider="theirs"),)
    )
'''
WritePackage = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WritePackage]:
    """Writes a package ``strangers`` of these modules that can be imported."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(**modules: str) -> str:
        home = tmp_path / "strangers"
        home.mkdir()
        (home / "__init__.py").touch()
        for name, text in modules.items():
            (home / f"{name}.py").write_text(textwrap.dedent(text))
        return "strangers"

    yield write
    for name in [name for name in sys.modules if name.split(".")[0] == "strangers"]:
        del sys.modules[name]


async def test_a_node_is_added_by_writing_one_file(package: WritePackage) -> None:
    registry = find_nodes(("pixelmill.nodes", package(stamp=STAMP)), entry_points=False)
    signature = registry.catalog()["edit:stamp"]
    assert [(port.name, port.is_port) for port in signature.inputs] == [
        ("image", True),
        ("word", False),
    ]
    assert [port.name for port in signature.outputs] == ["image"]
    assert signature.defaults == {"word": "draft"}
    stamp = registry["edit:stamp"]
    assert stamp.description == "Put a word on an image."
    assert stamp.json_schema()["properties"]["word"]["maxLength"] == 20
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    assert await stamp.call(ctx, {"image": image}, {}) == {"image": image}
    assert "generate:image" in registry


def test_a_node_imported_by_another_module_counts_once(package: WritePackage) -> None:
    registry = find_nodes((package(stamp=STAMP, again=AGAIN),), entry_points=False)
    assert list(registry) == ["edit:stamp"]


def test_two_nodes_of_one_id_are_refused_with_both_places(package: WritePackage) -> None:
    name = package(stamp=STAMP, seal=STAMP)
    with pytest.raises(
        BadDeclaration, match=r"'edit:stamp' is declared twice: in strangers\.seal and in .*stamp"
    ):
        find_nodes((name,), entry_points=False)


def test_an_alias_may_not_hide_a_node() -> None:
    first = node("edit:first", title="First")(ok)
    second = node("edit:second", title="Second", aliases=("edit:first",))(ok)
    with pytest.raises(BadDeclaration, match="declared twice"):
        NodeRegistry([first, second])


def test_an_alias_leads_to_the_same_node() -> None:
    registry = NodeRegistry([node("edit:first", title="First", aliases=("edit:one",))(ok)])
    assert registry["edit:one"] is registry["edit:first"]
    assert registry.catalog()["edit:one"].node_type == "edit:first"
    assert len(registry.nodes) == 1


def announce(monkeypatch: pytest.MonkeyPatch, group: str, value: str) -> None:
    point = metadata.EntryPoint("theirs", value, group)

    def entry_points(**wanted: str) -> list[metadata.EntryPoint]:
        return [point] if wanted["group"] == group else []

    monkeypatch.setattr(metadata, "entry_points", entry_points)


@pytest.mark.parametrize("value", ["strangers", "strangers.stamp", "strangers.stamp:stamp"])
def test_an_installed_package_brings_nodes(
    package: WritePackage, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    package(stamp=STAMP)
    announce(monkeypatch, "pixelmill.nodes", value)
    assert list(find_nodes(())) == ["edit:stamp"]


def test_an_installed_package_brings_a_provider(
    package: WritePackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(theirs=PROVIDER)
    announce(monkeypatch, "pixelmill.providers", "strangers.theirs")
    registry = find_providers(())
    assert list(registry) == ["theirs"]
    assert registry.model("their-model").provider == "theirs"


def test_a_package_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    announce(monkeypatch, "pixelmill.nodes", "no_such_package.nodes")
    with pytest.raises(BadDeclaration, match=r"announces 'no_such_package\.nodes' .* cannot be"):
        find_nodes(())


def test_providers_are_found_by_scanning() -> None:
    registry = find_providers(("tests.unit.sdk.sample_provider",), entry_points=False)
    assert list(registry) == ["sample"]
    assert registry.models == sample_provider.sample.models
    assert registry.models_for("upscale") == (sample_provider.UPSCALER,)


def test_a_model_is_found_by_its_id_or_a_node_type() -> None:
    registry = ProviderRegistry([sample_provider.sample])
    assert registry.model("flux-2-pro") is registry.model("generate:flux_2_pro")


def test_an_unknown_model_is_refused_with_the_nearest() -> None:
    registry = ProviderRegistry([sample_provider.sample])
    with pytest.raises(UnknownModel, match=r"'flux-2-por'\. Did you mean flux-2-pro\?"):
        registry.model("flux-2-por")


def test_two_models_of_one_id_are_refused() -> None:
    provider: Provider = sample_provider.SampleProvider(
        models=(sample_provider.FLUX, sample_provider.FLUX)
    )
    with pytest.raises(BadDeclaration, match="'flux-2-pro' is declared twice"):
        ProviderRegistry([provider])


def test_a_model_of_somebody_else_is_refused() -> None:
    provider: Provider = sample_provider.SampleProvider(name="other")
    with pytest.raises(BadDeclaration, match="says it belongs to sample"):
        ProviderRegistry([provider])
