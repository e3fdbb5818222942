"""Sortable prefixed ids: ``exe_`` and 26 characters of Crockford base32, oldest first."""

import re
import secrets
import threading
import time
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_PAIRS: Final = tuple(high + low for high in _ALPHABET for low in _ALPHABET)
_SHIFTS: Final = tuple(range(120, -1, -10))
_RANDOM_BITS: Final = 80
_RANDOM_MASK: Final = (1 << _RANDOM_BITS) - 1
_BODY: Final = re.compile(r"[0-7][0-9a-hjkmnp-tv-z]{25}")


class _Sequence:
    """Hands out rising 128-bit numbers: 48 bits of milliseconds, then 80 random bits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._last = 0

    def following(self) -> int:
        drawn = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        with self._lock:
            if drawn >> _RANDOM_BITS <= self._last >> _RANDOM_BITS:
                # Within one millisecond, or after the clock stepped back, count on from the last
                # number by a random step, so that ids rise and a neighbour is not guessable.
                drawn = self._last + 1 + (drawn & _RANDOM_MASK) // (1 << 40)
            self._last = drawn
        return drawn


_sequence: Final = _Sequence()


def new_id(prefix: str) -> str:
    """A new id ``<prefix>_<26 characters>``; ids of one process rise in the order of the calls."""
    number = _sequence.following()
    return f"{prefix}_{''.join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])}"


def is_id(text: str, prefix: str) -> bool:
    """Whether ``text`` has the shape of an id with this prefix."""
    head, _, body = text.partition("_")
    return head == prefix and _BODY.fullmatch(body) is not None
