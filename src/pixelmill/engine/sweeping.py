"""Deletes what is over its time: pictures by their workspace's rules, uploads nobody completed."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.statements import Row
from pixelmill.db.storing import EXPIRED, LIST_RULES
from pixelmill.domain.asset import AssetKind
from pixelmill.domain.limits import DAY_MS
from pixelmill.domain.storage_rules import StorageRules
from pixelmill.engine.discarding import discard
from pixelmill.engine.parts import Parts
from pixelmill.kit.clock import Clock
from pixelmill.kit.pulse import Pulse
from pixelmill.sdk.storage import Storage

log = structlog.get_logger()

FIRST_S: Final = 60.0
LOOK_S: Final = 3600.0
PENDING: Final = "uploads"
"""The folder of uploads that are not complete; one below it for each workspace."""
_PAGE: Final = 500


@dataclass(slots=True)
class Swept:
    """What was deleted, or would be."""

    files: int = 0
    size_bytes: int = 0

    def add(self, files: int, size_bytes: int) -> None:
        """Count more."""
        self.files += files
        self.size_bytes += size_bytes


def sweeper(parts: Parts) -> Pulse:
    """Looks once an hour; several processes may, since what is deleted stays so."""
    begun = parts.clock.monotonic()

    async def look() -> bool:
        # The first minute belongs to those who wait for their pictures.
        if parts.clock.monotonic() - begun < FIRST_S:
            await asyncio.sleep(FIRST_S)
        swept = await sweep_expired(parts.database, parts.storage, parts.clock)
        swept.add(*await sweep_pending(parts.storage, parts.clock))
        if swept.files:
            log.info("sweeper.deleted", files=swept.files, size_bytes=swept.size_bytes)
        return False

    return Pulse("sweeper", look, soon_s=0.0, later_s=LOOK_S, expected=(DatabaseUnavailable,))


async def sweep_expired(
    database: Database, storage: Storage, clock: Clock, *, dry_run: bool = False
) -> Swept:
    """Delete the assets that their workspace's rules keep no longer; equal ones count each."""
    swept = Swept()
    for workspace in await database.fetch(LIST_RULES):
        rules = StorageRules.read(workspace["settings"], None)
        limits = {
            kind: before
            for kind in AssetKind
            if (before := rules.oldest_ms(kind, clock.now_ms())) is not None
        }
        async for rows in expired(database, workspace["id"], limits):
            swept.add(len(rows), sum(row["size_bytes"] for row in rows))
            if not dry_run:
                await discard(database, storage, workspace["id"], rows)
    return swept


async def expired(
    database: Database, workspace_id: str, limits: Mapping[AssetKind, int]
) -> AsyncIterator[list[Row]]:
    """Assets older than the epoch ms of their kind that nothing uses, page by page."""
    for kind, before in limits.items():
        after = ""
        while rows := await database.fetch(
            EXPIRED,
            workspace_id=workspace_id,
            kind=kind.value,
            before=before,
            after=after,
            limit=_PAGE,
        ):
            yield rows
            after = rows[-1]["id"]


async def sweep_pending(
    storage: Storage, clock: Clock, *, dry_run: bool = False
) -> tuple[int, int]:
    """Delete uploads that were not completed within a day; answers their number and bytes."""
    before = clock.now_ms() - DAY_MS
    old = [entry async for entry in storage.entries(PENDING) if entry.modified_ms < before]
    if not dry_run:
        for entry in old:
            await storage.delete(entry.key)
    return len(old), sum(entry.size_bytes for entry in old)
