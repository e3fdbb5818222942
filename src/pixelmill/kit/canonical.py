"""One spelling for each JSON value, so that equal values have equal hashes."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import cast

import orjson


def canonical(value: object) -> bytes:
    """``value`` as compact JSON with sorted keys, in UTF-8.

    Raises ValueError for what JSON cannot say: NaN, infinity, integers beyond 64 bits, lone
    surrogates, keys that are no strings, nesting beyond 254, other types.
    """
    try:
        text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:
        raise ValueError(f"Not a JSON value: {error}") from error
    # orjson writes NaN as null, so only a text with a null can hide one.
    if b"null" in text and has_non_finite(value):
        raise ValueError("Not a JSON value: NaN and infinity have no JSON form.")
    return text


def digest(value: object) -> str:
    """SHA-256 of the canonical form, as 64 hex digits."""
    return hashlib.sha256(canonical(value)).hexdigest()


def sha256_hex(data: bytes) -> str:
    """SHA-256 of ``data``, as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()


def has_non_finite(value: object) -> bool:
    """Whether a NaN or an infinity stands anywhere inside ``value``."""
    waiting: list[object] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, float):
            if not math.isfinite(current):
                return True
        elif isinstance(current, Mapping):
            waiting.extend(cast("Mapping[object, object]", current).values())
        elif isinstance(current, (list, tuple)):
            waiting.extend(cast("Iterable[object]", current))
    return False
