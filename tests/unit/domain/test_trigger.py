"""What a trigger remembers: twins within the window, calls within the minute, a day's credits."""

import pytest

from pixelmill.domain.trigger import Call, Memory, TriggerBusy, TriggerSettings, TriggerSpent

NOW = 1_800_000_000_000
SETTINGS = TriggerSettings(calls_per_minute=2, millicredits_per_day=1000, dedupe_s=10)


def after(memory: Memory, at_ms: int, identity: str = "", cost: int = 0, day: str = "d") -> Memory:
    return memory.after(SETTINGS, Call(at_ms, identity, f"key-{at_ms}"), cost, day)


def test_a_twin_is_found_until_the_window_ends():
    memory = after(Memory(), NOW, "same")
    assert memory.twin(SETTINGS, "same", NOW + 9_999) is not None
    assert memory.twin(SETTINGS, "same", NOW + 10_000) is None
    assert memory.twin(SETTINGS, "other", NOW) is None


def test_no_minute_holds_more_calls_than_allowed():
    memory = after(after(Memory(), NOW, "a"), NOW + 30_000, "b")
    with pytest.raises(TriggerBusy) as refused:
        after(memory, NOW + 59_000, "c")
    assert refused.value.retry_after_s == 2
    assert len(after(memory, NOW + 60_500, "c").calls) == 2


def test_a_day_has_its_cap_and_the_next_day_its_own():
    memory = after(Memory(), NOW, "a", 700)
    with pytest.raises(TriggerSpent):
        after(memory, NOW + 1, "b", 301)
    assert after(memory, NOW + 1, "b", 300).spent == 1000
    assert after(memory, NOW + 1, "b", 900, "tomorrow").spent == 900


def test_what_came_to_nothing_costs_nothing_but_was_a_call():
    memory = after(Memory(), NOW, "a", 700)
    given_back = memory.without(f"key-{NOW}", 700)
    assert given_back.spent == 0
    assert given_back.twin(SETTINGS, "a", NOW) is None
    assert len(given_back.calls) == 1


def test_settings_come_back_as_they_were_stored():
    settings = TriggerSettings("shop", ("Prompt",), 5, 2500, 60)
    assert TriggerSettings.read(settings.document()) == settings
