"""The OpenAI provider through the guarded door against the fake vendor, fault by fault."""

from collections.abc import AsyncIterator

import pytest

from pixelmill.fakevendor import FakeVendor, serving
from pixelmill.fakevendor.pictures import colour_of, draw
from pixelmill.outbound import ConnectionFailed, Door, OutboundError, Refused, TimedOut, TooLarge
from pixelmill.providers.openai_images import OPENAI
from pixelmill.sdk.provider import Failure, Pictures, Refusal, Request
from pixelmill.sdk.values import JsonValue
from tests.integration.providers.rehearsal import Rehearsal, request_of


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor(size=(64, 64), dedupe=True)


@pytest.fixture
async def rehearsal(vendor: FakeVendor) -> AsyncIterator[Rehearsal]:
    async with serving(vendor) as url, Door() as door:
        yield Rehearsal(OPENAI, door, f"{url}/v1", deadline_s=0.6)


def ask(prompt: str = "a fox", images: int = 0, **params: JsonValue) -> Request:
    return request_of(OPENAI, "openai-compatible", "key-1", images, prompt=prompt, **params)


async def test_a_picture_arrives_and_is_billed_once(
    rehearsal: Rehearsal, vendor: FakeVendor
) -> None:
    step = await rehearsal.play(ask(num_images=2))
    assert isinstance(step, Pictures)
    assert step.pictures[0].data == draw(colour_of("a fox", "7:0"), 64, 64)
    assert len(step.pictures) == 2
    (call,) = vendor.log.document()["calls"]
    assert (call["billed"], call["idempotency_key"], call["authorized"]) == (2, "key-1", True)


async def test_an_edit_arrives(rehearsal: Rehearsal, vendor: FakeVendor) -> None:
    step = await rehearsal.play(ask("make it blüe", images=2))
    assert isinstance(step, Pictures)
    (call,) = vendor.log.document()["calls"]
    assert (call["path"], call["prompt"]) == ("/v1/images/edits", "make it blüe")


async def test_a_url_is_fetched_without_the_key(rehearsal: Rehearsal, vendor: FakeVendor) -> None:
    step = await rehearsal.play(ask(response_format="url"))
    assert isinstance(step, Pictures)
    assert step.pictures[0].url is not None
    picture = await rehearsal.fetch_picture(step.pictures[0].url)
    assert picture.body == draw(colour_of("a fox", "7:0"), 64, 64)
    assert vendor.log.document()["calls"][-1]["authorized"] is False


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        ("400", Failure.INVALID_INPUT),
        ("401", Failure.AUTH),
        ("402", Failure.NO_CREDIT),
        ("403", Failure.AUTH),
        ("404", Failure.MODEL_GONE),
        ("429", Failure.RATE_LIMITED),
        ("500", Failure.TRANSIENT),
        ("502html", Failure.TRANSIENT),
        ("503", Failure.TRANSIENT),
        ("504", Failure.UNKNOWN_AFTER_SEND),
        ("locked", Failure.NO_CREDIT),
        ("moderation", Failure.MODERATED),
        ("empty", Failure.BAD_RESPONSE),
        ("bad_json", Failure.BAD_RESPONSE),
        ("html200", Failure.BAD_RESPONSE),
        ("wrong_type", Failure.BAD_RESPONSE),
        ("no_images", Failure.BAD_RESPONSE),
    ],
)
async def test_each_fault_has_its_class(rehearsal: Rehearsal, fault: str, failure: Failure) -> None:
    step = await rehearsal.play(ask(f"a fox [[fault:{fault}]]"))
    assert isinstance(step, Refusal)
    assert step.failure is failure
    assert "<" not in step.message


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("timeout", TimedOut),
        ("slow_loris", TimedOut),
        ("ghost", ConnectionFailed),
        ("truncated", ConnectionFailed),
        ("huge_body", TooLarge),
    ],
)
async def test_what_the_door_cannot_deliver_was_sent(
    rehearsal: Rehearsal, fault: str, error: type[OutboundError]
) -> None:
    with pytest.raises(error) as caught:
        await rehearsal.play(ask(f"a fox [[fault:{fault}]]"))
    assert getattr(caught.value, "sent", True) is True


async def test_a_lost_answer_asked_for_again_with_its_key_is_billed_once(
    rehearsal: Rehearsal, vendor: FakeVendor
) -> None:
    request = ask("a fox [[fault:ghost:1]]")
    with pytest.raises(ConnectionFailed):
        await rehearsal.play(request)
    assert isinstance(await rehearsal.play(request), Pictures)
    assert vendor.log.billed == 1


async def test_a_picture_that_redirects_inwards_is_not_fetched(rehearsal: Rehearsal) -> None:
    step = await rehearsal.play(ask("a fox [[fault:redirect]]"))
    assert isinstance(step, Pictures)
    assert step.pictures[0].url is not None
    with pytest.raises(Refused):
        await rehearsal.fetch_picture(step.pictures[0].url)
