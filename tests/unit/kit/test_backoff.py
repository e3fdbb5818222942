"""Delays: doubling, capped, spread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit.backoff import delay_s


def test_delays_double_up_to_the_cap():
    assert [delay_s(n) for n in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_jitter_takes_up_to_half_away():
    assert delay_s(3, jitter=0.5) == 3
    assert delay_s(3, base=0.5, factor=3, jitter=0.0) == 4.5


@given(st.integers(1, 10**6), st.floats(0, 1, exclude_max=True))
def test_a_delay_never_leaves_its_bounds(attempt: int, jitter: float):
    assert 0.5 <= delay_s(attempt, jitter=jitter) <= 60


@pytest.mark.parametrize("wrong", [{"attempt": 0}, {"attempt": 1, "jitter": 1.0}])
def test_wrong_arguments_are_refused(wrong):
    with pytest.raises(ValueError, match=r"count from 1|lies in"):
        delay_s(**wrong)
