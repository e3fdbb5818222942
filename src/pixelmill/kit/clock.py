"""The time as a value that can be replaced, and its form on the wire."""

import re
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol

_SHIFT_CACHE_S: Final = 0.05
_RFC3339: Final = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)


class Clock(Protocol):
    """Where the time comes from."""

    def now_ms(self) -> int:
        """Milliseconds since 1970-01-01T00:00:00Z."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never runs backwards. For durations only."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until it is told to advance."""

    def __init__(self, start_ms: int = 0) -> None:
        self._start_ms = start_ms
        self._passed_s = 0.0

    def now_ms(self) -> int:
        return self._start_ms + round(self._passed_s * 1000)

    def monotonic(self) -> float:
        return self._passed_s

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass. Raises ValueError when negative."""
        if seconds < 0:
            raise ValueError("A clock advances; give seconds of zero or more.")
        self._passed_s += seconds


class FileShiftedClock:
    """The machine's clock plus the seconds written in a file, re-read at most every 50 ms.

    A missing, empty or unreadable number counts as zero. Durations are not shifted: the work they
    measure did not take longer.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._read_at = float("-inf")
        self._shift_ms = 0

    def now_ms(self) -> int:
        now = time.monotonic()
        if now - self._read_at >= _SHIFT_CACHE_S:
            self._read_at = now
            self._shift_ms = self._read_shift_ms()
        return time.time_ns() // 1_000_000 + self._shift_ms

    def monotonic(self) -> float:
        return time.monotonic()

    def _read_shift_ms(self) -> int:
        try:
            return round(float(self._path.read_text(encoding="ascii")) * 1000)
        except (OSError, ValueError, OverflowError):
            return 0


@lru_cache(maxsize=1024)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0")


def rfc3339(ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC: ``2026-11-22T09:42:00.123Z``."""
    seconds, rest = divmod(ms, 1000)
    return f"{_second(seconds)}.{rest:03d}Z"


def parse_rfc3339(text: str) -> int:
    """Milliseconds since the epoch. Raises ValueError unless RFC 3339 with an offset."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError(f"Not a time as RFC 3339 has it, like 2026-11-22T09:42:00Z: {text[:40]!r}")
    day, hour, fraction, offset = match.groups()
    zone = "+00:00" if offset in "Zz" else offset
    whole = datetime.fromisoformat(f"{day}T{hour}{zone}")
    elapsed = whole - datetime(1970, 1, 1, tzinfo=UTC)
    milliseconds = int(f"{fraction or '':0<3}"[:3])
    return (elapsed.days * 86_400 + elapsed.seconds) * 1000 + milliseconds
