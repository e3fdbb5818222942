"""Wrong keys are counted per address, in bounded memory, and good keys never pay for it."""

import pytest

from pixelmill.api.bad_keys import ADDRESSES, KNOWN, MOST_WRONG, WINDOW_S, BadKeys, TooManyBadKeys
from pixelmill.kit.clock import ManualClock


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def bad_keys(clock: ManualClock) -> BadKeys:
    return BadKeys(clock)


def exhaust(bad_keys: BadKeys, address: str) -> None:
    """Show as many wrong keys as are looked at."""
    for at in range(MOST_WRONG):
        bad_keys.check(address, f"wrong {at}")
        bad_keys.wrong(address, f"wrong {at}")


def test_one_wrong_key_more_is_not_looked_at(bad_keys: BadKeys, clock: ManualClock):
    exhaust(bad_keys, "192.0.2.1")
    clock.advance(10)
    with pytest.raises(TooManyBadKeys) as refusal:
        bad_keys.check("192.0.2.1", "another")
    assert refusal.value.retry_after_s == WINDOW_S - 10
    bad_keys.check("192.0.2.2", "another")


def test_after_the_window_it_is_looked_at_again(bad_keys: BadKeys, clock: ManualClock):
    exhaust(bad_keys, "192.0.2.1")
    clock.advance(WINDOW_S)
    bad_keys.check("192.0.2.1", "another")
    bad_keys.wrong("192.0.2.1", "another")
    bad_keys.check("192.0.2.1", "another")


def test_a_key_that_was_right_passes_behind_a_shared_address(bad_keys: BadKeys):
    bad_keys.right("good")
    exhaust(bad_keys, "192.0.2.1")
    bad_keys.check("192.0.2.1", "good")


def test_a_key_that_was_revoked_is_right_no_more(bad_keys: BadKeys):
    bad_keys.right("good")
    bad_keys.wrong("192.0.2.1", "good")
    exhaust(bad_keys, "192.0.2.2")
    with pytest.raises(TooManyBadKeys):
        bad_keys.check("192.0.2.2", "good")


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), ("::ffff:192.0.2.1", "::ffff:192.0.2.1")],
)
def test_one_network_of_ipv6_is_one_address(bad_keys: BadKeys, one: str, other: str):
    exhaust(bad_keys, one)
    with pytest.raises(TooManyBadKeys):
        bad_keys.check(other, "x")
    bad_keys.check("2001:db8:1:3::1", "x")
    bad_keys.check("not:an:address", "x")


def test_memory_is_bounded(bad_keys: BadKeys):
    for at in range(ADDRESSES + 100):
        bad_keys.wrong(f"192.0.{at >> 8}.{at & 255}", "x")
    for at in range(KNOWN + 100):
        bad_keys.right(f"good {at}")
    assert len(bad_keys._wrong) == ADDRESSES
    assert len(bad_keys._right) == KNOWN
