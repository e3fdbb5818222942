"""Windows and plans: never more than the limit in any minute, and an honest Retry-After."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.limits import (
    BUILT_IN_PLANS,
    DAY_MS,
    WINDOW_MS,
    Admitted,
    DailyLimitReached,
    PlanLimits,
    RateLimited,
    Refused,
    decide_day,
    decide_window,
    load_plans,
    too_many,
)

NOON = 1_795_348_800_000 - 1_795_348_800_000 % DAY_MS + DAY_MS // 2


@given(st.lists(st.integers(0, 30_000), max_size=60), st.integers(1, 6))
def test_no_sixty_seconds_ever_hold_more_than_the_limit(gaps: list[int], limit: int):
    now, accepted = NOON, []
    for gap in gaps:
        now += gap
        match decide_window(accepted, now, limit):
            case Admitted(remaining, _):
                accepted.append(now)
                live = [stamp for stamp in accepted if stamp > now - WINDOW_MS]
                assert remaining == limit - len(live)
            case Refused(retry_after_s, _):
                assert 1 <= retry_after_s <= 61
                later = now + retry_after_s * 1000
                assert isinstance(decide_window(accepted, later, limit), Admitted)
    for stamp in accepted:
        assert sum(stamp <= other < stamp + 60_000 for other in accepted) <= limit


def test_the_eleventh_call_waits_until_the_first_is_a_minute_old():
    stamps = [NOON + i * 1000 for i in range(10)]
    assert decide_window(stamps, NOON + 10_000, 10) == Refused(51, NOON + WINDOW_MS)
    assert decide_window(stamps, NOON + WINDOW_MS - 1, 10) == Refused(1, NOON + WINDOW_MS)
    assert decide_window(stamps, NOON + WINDOW_MS, 10) == Admitted(0, NOON + 1000 + WINDOW_MS)


def test_the_first_call_opens_the_window():
    assert decide_window([], NOON, 10) == Admitted(9, NOON + WINDOW_MS)


def test_after_a_limit_was_lowered_enough_calls_must_age():
    stamps = [NOON, NOON + 1000, NOON + 2000]
    assert decide_window(stamps, NOON + 3000, 1) == Refused(60, NOON + 2000 + WINDOW_MS)


def test_a_limit_of_zero_admits_nothing():
    assert isinstance(decide_window([], NOON, 0), Refused)
    assert isinstance(decide_window([NOON], NOON, 0), Refused)


def test_a_day_ends_at_midnight_utc():
    midnight = NOON + DAY_MS // 2
    assert decide_day(49, NOON, 50) == Admitted(0, midnight)
    assert decide_day(50, NOON, 50) == Refused(12 * 3600, midnight)
    assert decide_day(50, midnight, 50) == Refused(24 * 3600, midnight + DAY_MS)


def test_a_refusal_says_which_limit_and_how_long():
    problem = too_many("executions", 10, Refused(51, NOON + 1))
    assert type(problem) is RateLimited
    assert problem.detail == (
        "The limit of 10 executions a minute is reached. Try again in 51 seconds."
    )
    assert problem.extra == {
        "limit": "executions",
        "retryAfter": NOON // 1000 + 1,
        "retryAfterSeconds": 51,
    }
    assert problem.retry_after_s == 51
    daily = too_many("daily", 50, Refused(60, NOON))
    assert isinstance(daily, DailyLimitReached)
    assert (daily.status, daily.code) == (429, "daily_limit_reached")


def test_the_built_in_plans_are_the_published_ones():
    rows = {
        name: (plan.requests_per_minute, plan.executions_per_minute, plan.executions_per_day)
        for name, plan in BUILT_IN_PLANS.items()
    }
    assert rows == {
        "self_hosted": (None, None, None),
        "free": (10, 10, 50),
        "starter": (20, 10, 200),
        "pro": (60, 10, 1000),
        "enterprise": (200, 10, None),
    }
    assert [name for name, plan in BUILT_IN_PLANS.items() if not plan.charge] == ["self_hosted"]


def test_a_plan_of_the_operator_replaces_or_adds():
    plans = load_plans({"free": {"executions_per_day": 5}, "lab": {"charge": False}})
    assert plans["free"] == PlanLimits("free", executions_per_day=5)
    assert plans["lab"].max_items == 10_000
    assert plans["pro"] is BUILT_IN_PLANS["pro"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"lab": 5}, "Plan 'lab' is no table"),
        ({"lab": {"speed": 5}}, "has no key 'speed'"),
        ({"lab": {"charge": 1}}, "'charge' is true or false"),
        ({"lab": {"executions_per_day": -1}}, "whole number from 0 up"),
        ({"lab": {"executions_per_day": True}}, "whole number from 0 up"),
        ({"lab": {"max_items": 100_001}}, "between 1 and 100000"),
    ],
)
def test_a_wrong_plan_is_refused_by_name(table, message):
    with pytest.raises(ValueError, match=message):
        load_plans(table)
