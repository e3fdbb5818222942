"""Clocks: still, shifted by a file, and times as RFC 3339."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit import clock
from pixelmill.kit.clock import FileShiftedClock, ManualClock, SystemClock, parse_rfc3339, rfc3339


def test_a_manual_clock_moves_only_when_told():
    still = ManualClock(start_ms=1000)
    assert (still.now_ms(), still.monotonic()) == (1000, 0.0)
    still.advance(seconds=0.25)
    still.advance(seconds=60)
    assert (still.now_ms(), still.monotonic()) == (61_250, 60.25)
    with pytest.raises(ValueError, match="advances"):
        still.advance(seconds=-1)


def test_the_system_clock_tells_the_time():
    assert abs(SystemClock().now_ms() - time.time() * 1000) < 1000
    assert SystemClock().monotonic() <= time.monotonic()


def test_a_file_shifts_the_clock_and_is_read_live(tmp_path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "shift"
    passed = [100.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: passed[0])
    monkeypatch.setattr(clock.time, "time_ns", lambda: 5_000_000_000)
    shifted = FileShiftedClock(file)
    assert shifted.now_ms() == 5000
    file.write_text("86400.5\n")
    passed[0] += 0.04
    assert shifted.now_ms() == 5000
    passed[0] += 0.02
    assert shifted.now_ms() == 5000 + 86_400_500
    assert shifted.monotonic() == passed[0]


@pytest.mark.parametrize("content", ["", "soon", "nan", "inf", "1e400", "é"])
def test_a_shift_that_is_no_number_counts_as_none(tmp_path, content, monkeypatch):
    (tmp_path / "shift").write_text(content, encoding="utf-8")
    monkeypatch.setattr(clock.time, "time_ns", lambda: 5_000_000_000)
    assert FileShiftedClock(tmp_path / "shift").now_ms() == 5000


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_795_340_520_123, "2026-11-22T09:42:00.123Z"),
        (-62_135_596_800_000, "0001-01-01T00:00:00.000Z"),
    ],
)
def test_times_are_written_with_milliseconds_in_utc(ms: int, text: str):
    assert rfc3339(ms) == text
    assert parse_rfc3339(text) == ms


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_what_was_written_is_read_back(ms: int):
    assert parse_rfc3339(rfc3339(ms)) == ms


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2026-11-22T10:42:00.1+01:00", "2026-11-22T09:42:00.100Z"),
        ("2026-11-22t09:42:00.123999z", "2026-11-22T09:42:00.123Z"),
        ("2026-11-22 09:42:00-00:30", "2026-11-22T10:12:00.000Z"),
    ],
)
def test_offsets_and_fractions_are_understood(text: str, same: str):
    assert rfc3339(parse_rfc3339(text)) == same


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-11-22",
        "2026-11-22T09:42:00",
        "20261122T094200Z",
        "2026-13-22T09:42:00Z",
        "2026-11-22T24:42:00Z",
        "2026-11-22T09:42:00Z\n",
        "٢٠٢٦-11-22T09:42:00Z",
    ],
)
def test_other_spellings_are_refused(text: str):
    with pytest.raises(ValueError, match=r"RFC 3339|must be in|month|hour"):
        parse_rfc3339(text)
