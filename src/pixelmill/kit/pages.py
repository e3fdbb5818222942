"""Opaque cursors for paged lists."""

import base64
from typing import Any, cast

import orjson


def encode_cursor(*parts: object) -> str:
    """The JSON values ``parts`` as one URL-safe word."""
    return base64.urlsafe_b64encode(orjson.dumps(parts)).rstrip(b"=").decode("ascii")


def decode_cursor(text: str) -> list[Any]:
    """The parts of a cursor. Raises ValueError for anything that is none."""
    padded = text + "=" * (-len(text) % 4)
    try:
        parts = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError:
        parts = None
    if isinstance(parts, list):
        return cast("list[Any]", parts)
    raise ValueError("This is no cursor; use the one that came with the page before.")
