"""The built-in artist draws the same for the same words, and rehearses trouble on request."""

import pytest
from pydantic import ValidationError

from pixelmill.imaging.sketch import render
from pixelmill.providers.sketch import SKETCH, SketchParams
from pixelmill.sdk.provider import Compute, Failure, Refusal, Request, Step, Ticket, as_document
from pixelmill.sdk.values import JsonValue

MODEL = SKETCH.models[0]


def ask(seed: int = 7, attempt: int = 1, key: str = "key-1", **params: JsonValue) -> Step:
    given = SketchParams.model_validate({"prompt": "a glass vase", **params})
    return SKETCH.ask(Request(MODEL, given, seed, (), key, attempt))


def test_a_prompt_becomes_one_computation() -> None:
    step = ask(image_size={"width": 640, "height": 480}, output_format="jpeg", num_images=3)
    assert isinstance(step, Compute)
    assert step.function is render
    assert step.arguments == {
        "prompt": "a glass vase",
        "negative_prompt": "",
        "seed": 7,
        "width": 640,
        "height": 480,
        "output_format": "jpeg",
    }
    assert (step.media_type, step.count) == ("image/jpeg", 3)


def test_its_function_is_found_again_after_a_restart() -> None:
    step = ask()
    assert isinstance(step, Compute)
    assert as_document(step)["compute"] == "pixelmill.imaging.sketch:render"


def test_an_aspect_ratio_is_about_a_megapixel() -> None:
    step = ask(aspect_ratio="16:9")
    assert isinstance(step, Compute)
    assert (step.arguments["width"], step.arguments["height"]) == (1360, 768)


def test_a_size_beyond_the_largest_is_drawn_at_the_largest() -> None:
    step = ask(image_size={"width": 9000, "height": 500})
    assert isinstance(step, Compute)
    assert (step.arguments["width"], step.arguments["height"]) == (4096, 500)


def test_latency_makes_a_ticket_whose_id_is_its_attempts_own() -> None:
    step = ask(latency=2.5)
    assert isinstance(step, Ticket)
    assert step.due_in_s == 2.5
    assert isinstance(step.next, Compute)
    assert step == ask(latency=2.5)
    others = {
        ticket.id
        for ticket in (ask(latency=1, key="key-2"), ask(latency=1, attempt=2), ask(8, latency=1))
        if isinstance(ticket, Ticket)
    }
    assert len(others | {step.id}) == 4


def test_a_ticket_can_be_had_without_latency() -> None:
    step = ask(ticket=True)
    assert isinstance(step, Ticket)
    assert step.due_in_s == 0


def test_refused_words_are_moderated_whatever_their_case() -> None:
    step = ask(refuse=["GLASS"])
    assert isinstance(step, Refusal)
    assert (step.failure, step.stage) == (Failure.MODERATED, "input")
    assert isinstance(ask(refuse=["porcelain", ""]), Compute)


def test_a_failure_rate_is_kept_over_many_seeds_and_repeats_exactly() -> None:
    rates = {"transient": 0.2, "rate_limited": 0.1}
    steps = [ask(seed, failure_rate=rates) for seed in range(1000)]
    failures = [step.failure for step in steps if isinstance(step, Refusal)]
    assert 150 < failures.count(Failure.TRANSIENT) < 250
    assert 65 < failures.count(Failure.RATE_LIMITED) < 135
    assert steps == [ask(seed, failure_rate=rates) for seed in range(1000)]


def test_another_attempt_throws_the_dice_again() -> None:
    outcomes = {type(ask(attempt=attempt, failure_rate={"transient": 0.5})) for attempt in range(9)}
    assert outcomes == {Compute, Refusal}


@pytest.mark.parametrize("failure", list(Failure))
def test_every_class_of_failure_can_be_played(failure: Failure) -> None:
    step = ask(failure_rate={failure.value: 1.0})
    assert isinstance(step, Refusal)
    assert step.failure is failure
    assert step.message


@pytest.mark.parametrize(
    "params",
    [
        {"failure_rate": {"bad luck": 0.1}},
        {"failure_rate": {"transient": 1.5}},
        {"num_images": 0},
        {"num_images": 9},
        {"image_size": "640x480"},
        {"output_format": "tiff"},
        {"latency": -1},
    ],
)
def test_nonsense_is_refused_by_its_form(params: dict[str, JsonValue]) -> None:
    with pytest.raises(ValidationError):
        ask(**params)


def test_parameters_of_other_models_do_not_disturb_it() -> None:
    assert ask(safety_tolerance="2", resolution="4K") == ask()


def test_it_draws() -> None:
    step = ask(image_size={"width": 64, "height": 64})
    assert isinstance(step, Compute)
    assert step.function(**step.arguments).startswith(b"\x89PNG")
