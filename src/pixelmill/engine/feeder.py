"""Keeps the queue filled with the first due items in fair order, and only with those.

The queue is a mirror of the rows: pausing, priorities and budgets are plain SQL, memory does not
grow with a batch, and a lost job comes back with the next look. This is also the reconciler.
"""

import asyncio
from contextlib import suppress

import structlog

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.feeding import ACTIVE_WORKSPACES, DUE_ITEMS, NEXT_DUE
from pixelmill.db.statements import Row
from pixelmill.kit.clock import Clock
from pixelmill.queue.lanes import Hint, Lanes

log = structlog.get_logger()

WINDOW = 1_000
LOOK_S = 1.0
SOON_S = 0.1
RECONCILE_S = 10.0


class Feeder:
    """One loop per process; several processes may feed one queue, since duplicates are skipped."""

    def __init__(self, database: Database, lanes: Lanes, clock: Clock) -> None:
        self._database = database
        self._lanes = lanes
        self._clock = clock
        self._queued: set[str] = set()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._reconciled = 0.0

    @property
    def is_running(self) -> bool:
        """Whether it feeds: started, and neither stopped nor broken."""
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """Begin to feed."""
        self._lanes.on_restart(self.forget)
        self._task = asyncio.create_task(self._run(), name="feeder")

    def wake(self) -> None:
        """Look now: something became due."""
        self._wake.set()

    def finished(self, item_id: str) -> None:
        """A handler is through with this item for now."""
        self._queued.discard(item_id)
        if len(self._queued) < WINDOW // 2:
            self._wake.set()

    def forget(self) -> None:
        """The queue was lost: every due item is queued anew."""
        self._queued.clear()
        self._wake.set()

    async def stop(self) -> None:
        """Feed no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                pause = await self._feed()
            except DatabaseUnavailable as error:
                log.warning("feeder.waits", error=str(error))
                pause = LOOK_S
            # Not wait_for: on Python 3.11 it can swallow the cancel that stops this loop.
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._wake.wait()
            self._wake.clear()

    async def _feed(self) -> float:
        """One look; answers after how many seconds the next one is due at the latest."""
        monotonic = self._clock.monotonic()
        if monotonic - self._reconciled > RECONCILE_S:
            # What this process believes to be queued may be wrong: the queue itself knows better.
            self._queued.clear()
            self._reconciled = monotonic
        now_ms = self._clock.now_ms()
        active = await self._database.fetch(ACTIVE_WORKSPACES)
        if not active:
            return LOOK_S
        share = max(1, WINDOW // len(active))
        due: list[Row] = []
        for row in active:
            due += _in_own_order(
                await self._database.fetch(
                    DUE_ITEMS, workspace_id=row["workspace_id"], now_ms=now_ms, share=share
                )
            )
        skipped = await self._enqueue([row for row in due if row["id"] not in self._queued])
        if skipped:
            return SOON_S
        return await self._until_next(now_ms)

    async def _enqueue(self, rows: list[Row]) -> bool:
        """Queue what is not; True when some were in the queue already, perhaps just ending."""
        if not rows:
            return False
        rows.sort(key=lambda row: row["vtime"])
        hints = [Hint(row["id"], row["lane"], row["vtime"]) for row in rows]
        accepted = await self._lanes.enqueue(hints)
        self._queued.update(row["id"] for row, taken in zip(rows, accepted, strict=True) if taken)
        return not all(accepted)

    async def _until_next(self, now_ms: int) -> float:
        following = (await self._database.fetch(NEXT_DUE, now_ms=now_ms))[0]["due_at"]
        if following is None:
            return LOOK_S
        return max(SOON_S / 2, min(LOOK_S, (following - now_ms) / 1000))


def _in_own_order(rows: list[Row]) -> list[Row]:
    """A workspace's items in its own order of priority, on the places that its items have.

    So a priority moves an item past its siblings, and past nobody else's.
    """
    places = sorted(row["vtime"] for row in rows)
    return [{**row, "vtime": place} for row, place in zip(rows, places, strict=True)]
