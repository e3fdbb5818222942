"""Requests per minute of a workspace: counted in memory, shared between processes once a second.

Exact within a process. Two processes know of one another's requests a second late at most, which
a limit on politeness can bear; what costs money is counted in the transaction that accepts it.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from pixelmill.db.database import Database
from pixelmill.db.request_counts import Counts, exchange
from pixelmill.domain.limits import WINDOW_MS, Admitted, Refused, decide_window
from pixelmill.kit.clock import Clock
from pixelmill.kit.ids import new_id

log = structlog.get_logger()

SHARE_MS: Final = 1000


class RequestWindow:
    """The sliding window of requests. Forgets a workspace a minute after its last request."""

    def __init__(self, database: Database, clock: Clock, *, shared: bool) -> None:
        self._database = database
        self._clock = clock
        self._shared = shared
        self._process = new_id("prc")
        self._own: dict[str, deque[int]] = {}
        self._others: Mapping[str, Sequence[int]] = {}
        self._tidied_at = 0
        self._exchanging: asyncio.Task[None] | None = None

    def admit(self, workspace_id: str, limit: int) -> Admitted | Refused:
        """Count one more request, unless it is one too many."""
        now_ms = self._clock.now_ms()
        decided = decide_window(self._stamps(workspace_id), now_ms, limit)
        if isinstance(decided, Admitted):
            self._own.setdefault(workspace_id, deque()).append(now_ms)
        if now_ms - self._tidied_at >= SHARE_MS:
            self._tidied_at = now_ms
            self._tidy(now_ms)
        return decided

    def look(self, workspace_id: str, limit: int) -> Admitted:
        """How the window stands, without counting."""
        decided = decide_window(self._stamps(workspace_id), self._clock.now_ms(), limit)
        if isinstance(decided, Refused):
            return Admitted(0, decided.reset_ms)
        return Admitted(decided.remaining + 1, decided.reset_ms)

    async def exchange(self) -> None:
        """Tell the other processes what was counted here, and learn what they counted."""
        now_ms = self._clock.now_ms()
        counts = {
            workspace_id: sorted(Counter(stamp // 1000 for stamp in stamps).items())
            for workspace_id, stamps in self._own.items()
        }
        found = await self._database.transact(exchange(self._process, counts, now_ms))
        self._others = _stamps_of(found)

    def _stamps(self, workspace_id: str) -> list[int]:
        return [*self._own.get(workspace_id, ()), *self._others.get(workspace_id, ())]

    def _tidy(self, now_ms: int) -> None:
        for workspace_id, stamps in list(self._own.items()):
            while stamps and stamps[0] <= now_ms - WINDOW_MS:
                stamps.popleft()
            if not stamps:
                del self._own[workspace_id]
        if self._shared and (self._exchanging is None or self._exchanging.done()):
            self._exchanging = asyncio.create_task(self._exchange(), name="request-window")

    async def _exchange(self) -> None:
        try:
            await self.exchange()
        except Exception as error:  # noqa: BLE001 - without the others we count alone
            log.warning("request_window.not_shared", error=type(error).__name__)


def _stamps_of(found: Sequence[Counts]) -> dict[str, list[int]]:
    """The others' requests as epoch ms, each at the end of its second."""
    stamps: dict[str, list[int]] = {}
    for counts in found:
        for workspace_id, seconds in counts.items():
            own = stamps.setdefault(workspace_id, [])
            for second, count in seconds:
                own.extend([second * 1000 + 999] * count)
    return stamps
