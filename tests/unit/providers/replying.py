"""Recorded-shape replies of a vendor, by name."""

from pathlib import Path
from typing import Any

import orjson

from pixelmill.sdk.provider import Call, Reply

_FOLDER = Path(__file__).parent / "replies"


class Recording:
    """The replies of one vendor, from ``replies/<vendor>.json``."""

    def __init__(self, vendor: str) -> None:
        self._replies: dict[str, dict[str, Any]] = orjson.loads(
            (_FOLDER / f"{vendor}.json").read_bytes()
        )

    def reply(self, name: str, call: Call) -> Reply:
        """The named reply, as if it had answered ``call``."""
        entry = self._replies[name]
        body = entry["raw"].encode() if "raw" in entry else orjson.dumps(entry["body"])
        return Reply(call, entry["status"], entry.get("headers", {}), body)
