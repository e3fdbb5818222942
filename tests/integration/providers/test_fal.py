"""The fal provider through the guarded door against the fake vendor, fault by fault."""

from collections.abc import AsyncIterator

import pytest

from pixelmill.fakevendor import FakeVendor, serving
from pixelmill.fakevendor.pictures import colour_of, draw
from pixelmill.outbound import ConnectionFailed, Door, OutboundError, Refused, TimedOut, TooLarge
from pixelmill.providers.fal import FAL
from pixelmill.sdk.provider import Call, Failure, Pictures, Refusal, Request
from pixelmill.sdk.values import JsonValue
from tests.integration.providers.rehearsal import Rehearsal, request_of


@pytest.fixture
def vendor() -> FakeVendor:
    return FakeVendor(latency_s=0.1, size=(64, 64))


@pytest.fixture
async def rehearsal(vendor: FakeVendor) -> AsyncIterator[Rehearsal]:
    async with serving(vendor) as url, Door() as door:
        yield Rehearsal(FAL, door, url, deadline_s=0.6)


def ask(prompt: str = "a fox", **params: JsonValue) -> Request:
    return request_of(FAL, "imagen-4", prompt=prompt, **params)


async def test_a_job_is_submitted_polled_and_fetched(
    rehearsal: Rehearsal, vendor: FakeVendor
) -> None:
    step = await rehearsal.play(ask(num_images=2))
    assert isinstance(step, Pictures)
    assert step.request_id == rehearsal.tickets[0].id
    assert step.seed == 7
    assert len(step.pictures) == 2
    assert step.pictures[0].url is not None
    picture = await rehearsal.fetch_picture(step.pictures[0].url)
    assert picture.body == draw(colour_of("a fox", "7:0"), 64, 64)
    calls = vendor.log.document()["calls"]
    assert calls[0]["path"] == "/fal-ai/imagen4/preview"
    assert f"/fal-ai/imagen4/requests/{step.request_id}/status" in {call["path"] for call in calls}
    assert {call["status"] for call in calls if call["path"].endswith("/status")} == {200, 202}
    assert [call["authorized"] for call in calls[:-1]] == [True] * (len(calls) - 1)
    assert calls[-1]["authorized"] is False
    assert vendor.log.billed == 2


async def test_a_tool_gives_one_image(rehearsal: Rehearsal) -> None:
    step = await rehearsal.play(request_of(FAL, "birefnet", images=1))
    assert isinstance(step, Pictures)
    assert len(step.pictures) == 1


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
        ("504", Failure.TRANSIENT),
        ("locked", Failure.NO_CREDIT),
        ("moderation", Failure.MODERATED),
        ("moderated_output", Failure.MODERATED),
        ("lost", Failure.LOST),
        ("error", Failure.TRANSIENT),
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
        ("ghost", ConnectionFailed),
        ("truncated", ConnectionFailed),
        ("slow_loris", TimedOut),
        ("huge_body", TooLarge),
    ],
)
async def test_what_the_door_cannot_deliver_is_an_error_of_its_own(
    rehearsal: Rehearsal, fault: str, error: type[OutboundError]
) -> None:
    with pytest.raises(error):
        await rehearsal.play(ask(f"a fox [[fault:{fault}]]"))


@pytest.mark.parametrize("fault", ["bad_image", "bomb"])
async def test_a_spoilt_picture_is_delivered_for_the_probe_to_refuse(
    rehearsal: Rehearsal, fault: str
) -> None:
    step = await rehearsal.play(ask(f"a fox [[fault:{fault}]]"))
    assert isinstance(step, Pictures)
    assert step.pictures[0].url is not None
    assert len((await rehearsal.fetch_picture(step.pictures[0].url)).body) < 2000


async def test_a_picture_that_redirects_inwards_is_not_fetched(rehearsal: Rehearsal) -> None:
    step = await rehearsal.play(ask("a fox [[fault:redirect]]"))
    assert isinstance(step, Pictures)
    assert step.pictures[0].url is not None
    with pytest.raises(Refused):
        await rehearsal.fetch_picture(step.pictures[0].url)


async def test_a_cancelled_job_is_lost_and_a_finished_one_is_fetched(
    rehearsal: Rehearsal,
) -> None:
    step = await rehearsal.play(ask())
    assert isinstance(step, Pictures)
    cancel = rehearsal.tickets[0].cancel
    assert cancel is not None
    answer = await rehearsal.make(cancel)
    assert answer.status == 400
    fresh = FAL.ask(ask())
    assert isinstance(fresh, Call)
    submitted = await rehearsal.make(fresh)
    assert submitted.status == 200
