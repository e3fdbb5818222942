"""Faults come as told: by prompt, by queue, by rate."""

import pytest

from pixelmill.fakevendor.faults import FaultPlan, read_rates


def test_rates_are_read_from_one_line() -> None:
    assert read_rates("429:0.05, 500:0.1,locked") == {"429": 0.05, "500": 0.1, "locked": 1.0}
    assert read_rates("") == {}


@pytest.mark.parametrize("text", ["gremlin", "500:2", "500:-1", "500:x"])
def test_a_strange_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"gremlin|500|x"):
        read_rates(text)


def test_words_in_the_prompt_fail_so_many_times_and_then_let_it_pass() -> None:
    plan = FaultPlan()
    prompt = "a vase [[fault:500:2]]"
    assert [plan.next_for(prompt) for _ in range(4)] == ["500", "500", None, None]
    assert plan.next_for("another vase [[fault:500:2]]") == "500"
    assert [plan.next_for("a vase [[fault:ghost]]") for _ in range(3)] == ["ghost"] * 3


def test_unknown_words_are_just_words() -> None:
    assert FaultPlan().next_for("a [[fault:gremlin]] and {{name}}") is None


def test_the_queue_comes_before_the_rates() -> None:
    plan = FaultPlan({"500": 1.0})
    plan.queue(["429", "ok"])
    assert [plan.next_for("x") for _ in range(4)] == ["429", None, "500", "500"]
    with pytest.raises(ValueError, match="gremlin"):
        plan.queue(["gremlin"])


def test_rates_hold_over_many_calls_and_repeat_with_the_seed() -> None:
    def story(seed: int) -> list[str | None]:
        plan = FaultPlan({"429": 0.05, "500": 0.1}, seed)
        return [plan.next_for(f"prompt {number}") for number in range(4000)]

    faults = story(1)
    assert 140 < faults.count("429") < 260
    assert 320 < faults.count("500") < 480
    assert faults == story(1) != story(2)


def test_rates_can_be_changed_on_the_way() -> None:
    plan = FaultPlan({"500": 1.0})
    plan.set_rates({})
    assert plan.next_for("x") is None
