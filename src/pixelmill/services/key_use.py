"""Remembers when keys were last used: at most once a minute each, and never in a request's way."""

import asyncio
from typing import Final

import structlog

from pixelmill.db import keys as sql
from pixelmill.db.database import Database
from pixelmill.db.scripts import Script, write
from pixelmill.kit.clock import Clock

log = structlog.get_logger()

EVERY_MS: Final = 60_000


class KeyUse:
    """Writes ``last_used_at`` beside the requests. Holds only the keys being written now."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._writing: dict[str, asyncio.Task[None]] = {}

    def note(self, key_id: str, last_used_at: int | None) -> None:
        """A key was used; ``last_used_at`` is what its row says."""
        now_ms = self._clock.now_ms()
        if last_used_at is not None and now_ms - last_used_at < EVERY_MS:
            return
        if key_id not in self._writing:
            task = asyncio.create_task(self._write(key_id, now_ms), name="key-use")
            self._writing[key_id] = task
            task.add_done_callback(lambda _: self._writing.pop(key_id, None))

    async def settled(self) -> None:
        """Wait until everything noted is written."""
        await asyncio.gather(*self._writing.values())

    async def _write(self, key_id: str, now_ms: int) -> None:
        try:
            await self._database.transact(_note(key_id, now_ms))
        except Exception as error:  # noqa: BLE001 - a note that fails must not fail a request
            log.warning("key_use.not_noted", key_id=key_id, error=type(error).__name__)


def _note(key_id: str, now_ms: int) -> Script[None]:
    row = {"b_id": key_id, "last_used_at": now_ms, "before": now_ms - EVERY_MS}
    yield from write(sql.NOTE_USE, [row])
