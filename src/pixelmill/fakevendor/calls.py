"""Remembers every call that reached the vendor, in memory and as JSON lines."""

from collections import deque
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from pixelmill.kit.clock import Clock, SystemClock, rfc3339

_KEPT = 200_000


@dataclass(frozen=True, slots=True)
class CallEntry:
    """One call. ``billed`` counts pictures; ``authorized``: it carried a key."""

    time: str
    kind: str
    method: str
    path: str
    prompt: str
    idempotency_key: str | None
    request_id: str
    authorized: bool
    fault: str | None
    status: int
    billed: int


class CallLog:
    """The last 200,000 calls, and all of them in ``file`` if one is given."""

    def __init__(self, file: Path | None = None, clock: Clock | None = None) -> None:
        self._clock = clock or SystemClock()
        self._entries: deque[CallEntry] = deque(maxlen=_KEPT)
        self._stream = file.open("ab", buffering=0) if file else None
        self.billed = 0

    def note(self, **facts: Any) -> None:  # noqa: ANN401 -- the fields of CallEntry but its time
        """Remember one call, now."""
        entry = CallEntry(time=rfc3339(self._clock.now_ms()), **facts)
        self._entries.append(entry)
        self.billed += entry.billed
        if self._stream is not None:
            self._stream.write(orjson.dumps(asdict(entry)) + b"\n")

    def document(self) -> dict[str, Any]:
        """All that is remembered, and how many pictures were billed."""
        return {"billed": self.billed, "calls": [asdict(entry) for entry in self._entries]}

    def clear(self) -> None:
        """Forget what is in memory; the file keeps its lines."""
        self._entries.clear()
        self.billed = 0

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
