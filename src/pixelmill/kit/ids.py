"""Sortable prefixed ids: ``exe_`` and 26 characters of Crockford base32, oldest first."""

import os
import re
import threading
import time
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_BODY: Final = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")
_RANDOM_BITS: Final = 80
_STEP_BITS: Final = 40
_POOL_BYTES: Final = 4000
"""Randomness is drawn in bulk: one system call for 400 ids."""


class _Sequence:
    """Hands out rising pairs: 48 bits of milliseconds as 10 characters, and 80 random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._millisecond = 0
        self._head = ""
        self._random = 0
        self._pool = b""
        self._used = 0

    def following(self) -> tuple[str, int]:
        now = time.time_ns() // 1_000_000
        with self._lock:
            drawn = self._draw()
            # Within one millisecond, or after the clock stepped back, count on from the last id by
            # a random step, so that ids rise and a neighbour cannot be guessed.
            counted = self._random + 1 + (drawn >> _RANDOM_BITS - _STEP_BITS)
            if now > self._millisecond:
                self._begin(now, drawn)
            elif counted >> _RANDOM_BITS:
                self._begin(self._millisecond + 1, drawn)
            else:
                self._random = counted
            return self._head, self._random

    def _begin(self, millisecond: int, drawn: int) -> None:
        self._millisecond, self._random = millisecond, drawn
        self._head = "".join([_PAIRS[millisecond >> shift & 1023] for shift in (40, 30, 20, 10, 0)])

    def _draw(self) -> int:
        if self._used == len(self._pool):
            self._pool, self._used = os.urandom(_POOL_BYTES), 0
        start = self._used
        self._used += _RANDOM_BITS // 8
        return int.from_bytes(self._pool[start : self._used], "big")


_sequence: Final = _Sequence()


def new_id(prefix: str) -> str:
    """A new id ``<prefix>_<26 characters>``; ids of one process rise in the order of the calls."""
    head, tail = _sequence.following()
    pairs = _PAIRS
    return (
        f"{prefix}_{head}{pairs[tail >> 70]}{pairs[tail >> 60 & 1023]}{pairs[tail >> 50 & 1023]}"
        f"{pairs[tail >> 40 & 1023]}{pairs[tail >> 30 & 1023]}{pairs[tail >> 20 & 1023]}"
        f"{pairs[tail >> 10 & 1023]}{pairs[tail & 1023]}"
    )


def is_id(text: str, prefix: str) -> bool:
    """Whether ``text`` has the shape of an id with this prefix."""
    head, _, body = text.partition("_")
    return head == prefix and _BODY.fullmatch(body) is not None
