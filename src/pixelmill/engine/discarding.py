"""Lets go of pictures: first their rows, then the bytes that no other row needs."""

import re
from collections.abc import Sequence
from typing import Final

from pixelmill.db.database import Database
from pixelmill.db.statements import Row
from pixelmill.db.storing import (
    LAST_ROWS,
    RESULTS,
    forget_results,
    remove_assets,
)
from pixelmill.domain.asset import THUMBNAIL_SIDES, small_key, storage_key
from pixelmill.sdk.storage import ObjectMissing, Storage

_PAGE: Final = 1_000
_ASSET_ID: Final = re.compile(r"ast_[0-9a-z]{26}")
_TICK_MS: Final = 50
"""The row follows its put at once; this much may lie between the clocks of the two."""


async def discard(
    database: Database, storage: Storage, workspace_id: str, rows: Sequence[Row]
) -> int:
    """Delete assets of one workspace; answers how many bytes were freed.

    Results that show them are not reused any more. Bytes stay while another asset has the same,
    and where they were put once more since the last row about them: then a row is on its way.
    """
    if not rows:
        return 0
    unneeded = await database.transact(remove_assets(workspace_id, rows))
    await _forget(database, workspace_id, {row["id"] for row in rows})
    found = await database.fetch(LAST_ROWS, workspace_id=workspace_id, hashes=sorted(unneeded))
    freed = 0
    for row in found:
        freed += await _remove_settled(storage, workspace_id, row["sha256"], row["created_at"])
    return freed


async def remove_bytes(storage: Storage, workspace_id: str, sha256: str) -> None:
    """Delete a picture's bytes and what was made of them to be shown small."""
    key = storage_key(workspace_id, sha256)
    for side in THUMBNAIL_SIDES:
        await storage.delete(small_key(key, side))
    await storage.delete(key)


async def _remove_settled(storage: Storage, workspace_id: str, sha256: str, written_at: int) -> int:
    try:
        entry = await storage.head(storage_key(workspace_id, sha256))
    except ObjectMissing:
        return 0
    if entry.modified_ms > written_at + _TICK_MS:
        return 0
    await remove_bytes(storage, workspace_id, sha256)
    return entry.size_bytes


async def _forget(database: Database, workspace_id: str, ids: set[str]) -> None:
    after = ""
    while page := await database.fetch(
        RESULTS, workspace_id=workspace_id, after=after, limit=_PAGE
    ):
        gone = [row["key"] for row in page if not ids.isdisjoint(_ASSET_ID.findall(row["output"]))]
        if gone:
            await database.transact(forget_results(workspace_id, gone))
        after = page[-1]["key"]
