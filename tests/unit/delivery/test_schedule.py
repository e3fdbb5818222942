"""When deliveries are tried: the schedule to the second, jitter and Retry-After."""

from hypothesis import given
from hypothesis import strategies as st

from pixelmill.delivery.schedule import (
    DELAYS_S,
    next_delay_s,
    retry_after_s,
)

NOW = 1_800_000_000_000


def test_ten_attempts_lie_within_seventy_five_hours_and_thirty_five_minutes():
    assert len(DELAYS_S) == 10
    assert sum(DELAYS_S) == 75 * 3600 + 35 * 60 + 5
    assert [next_delay_s(tried, 0.0) for tried in range(10)] == list(DELAYS_S)
    assert next_delay_s(10, 0.0) is None


@given(st.integers(0, 9), st.floats(0, 1, exclude_max=True))
def test_jitter_only_ever_adds_and_at_most_a_tenth(tried: int, jitter: float):
    delay = next_delay_s(tried, jitter)
    assert delay is not None
    assert DELAYS_S[tried] <= delay <= DELAYS_S[tried] * 1.1


def test_a_receiver_may_ask_for_more_time_but_not_for_less_nor_for_ever():
    assert next_delay_s(1, 0.0, 60) == 60
    assert next_delay_s(2, 0.0, 60) == 300
    assert next_delay_s(1, 0.0, 10**9) == 86_400
    assert next_delay_s(10, 0.0, 60) is None


def test_retry_after_is_seconds_or_a_date_and_nonsense_is_none():
    assert retry_after_s("120", NOW) == 120
    assert retry_after_s(" 0 ", NOW) == 0
    assert retry_after_s("Fri, 15 Jan 2027 08:01:00 GMT", NOW) == 60
    assert retry_after_s("Fri, 15 Jan 2027 07:00:00 GMT", NOW) == 0
    for nonsense in (None, "", "soon", "-5", "9" * 20, "Fri, 99 Jan 2027 08:01:00 GMT"):
        assert retry_after_s(nonsense, NOW) is None
