"""Ends executions whose deadline has passed."""

import asyncio
from contextlib import suppress

import structlog

from pixelmill.db.closing import EXPIRED, Close
from pixelmill.db.database import DatabaseUnavailable
from pixelmill.domain.execution import State
from pixelmill.engine.parts import Parts

log = structlog.get_logger()

LOOK_S = 1.0


class Deadlines:
    """Looks once a second; several processes may, since an execution ends only once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._run(), name="deadlines")

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._look()
            except DatabaseUnavailable as error:
                log.warning("deadlines.wait", error=str(error))
            await asyncio.sleep(LOOK_S)

    async def _look(self) -> None:
        now_ms = self._parts.clock.now_ms()
        for row in await self._parts.database.fetch(EXPIRED, now_ms=now_ms):
            await self._parts.writer.submit(Close(row["id"], State.TIMEOUT))
