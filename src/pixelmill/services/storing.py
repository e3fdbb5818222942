"""What lies in storage, told to the operator, and cleared of what nobody needs."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pixelmill.db.database import Database
from pixelmill.db.storing import (
    BY_KIND,
    LIST_RULES,
    LIVE_HASHES,
    PROMPT_SET_KEYS,
    USAGE,
    change_settings,
)
from pixelmill.domain.asset import AssetKind, owner_of
from pixelmill.domain.limits import DAY_MS, PlanLimits
from pixelmill.domain.storage_rules import SETTING, StorageRules, Usage
from pixelmill.engine.discarding import discard
from pixelmill.engine.sweeping import Swept, expired, sweep_expired, sweep_pending
from pixelmill.kit.clock import Clock
from pixelmill.sdk.storage import ObjectMissing, Storage, StoredObject
from pixelmill.services.access import WorkspaceUnknown

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Holding:
    """What one workspace keeps: by kind as rows tell, and in all as files that differ."""

    workspace_id: str
    name: str
    rules: StorageRules
    used: Usage
    by_kind: Mapping[str, Usage]


@dataclass(slots=True)
class Pruned:
    """What a pruning removed, or would: assets over their time, orphans, stray files, uploads."""

    expired: Swept = field(default_factory=Swept)
    orphans: Swept = field(default_factory=Swept)
    strays: Swept = field(default_factory=Swept)
    uploads: Swept = field(default_factory=Swept)


async def report(database: Database, plans: Mapping[str, PlanLimits]) -> list[Holding]:
    """Every workspace, the oldest first."""
    found: list[Holding] = []
    for row in await database.fetch(LIST_RULES):
        (used,) = await database.fetch(USAGE, workspace_id=row["id"])
        kinds = await database.fetch(BY_KIND, workspace_id=row["id"])
        found.append(
            Holding(
                row["id"],
                row["name"],
                StorageRules.read(row["settings"], plans.get(row["plan"])),
                Usage(used["files"], used["size_bytes"]),
                {one["kind"]: Usage(one["files"], one["size_bytes"]) for one in kinds},
            )
        )
    return found


async def set_rules(database: Database, workspace_id: str, changes: Mapping[str, Any]) -> None:
    """Change a workspace's own rules (``maxBytes``, ``maxFiles``, ``keepDays``); None drops one.

    Raises WorkspaceUnknown.
    """

    def changed(settings: dict[str, Any]) -> dict[str, Any]:
        known: dict[str, Any] = settings.get(SETTING) or {}
        days: dict[str, Any] = {**(known.get("keepDays") or {}), **changes.get("keepDays", {})}
        rules = {**known, **changes, "keepDays": _without_none(days)}
        return {**settings, SETTING: _without_none(rules)}

    if not await database.transact(change_settings(workspace_id, changed)):
        raise WorkspaceUnknown(f"There is no workspace {workspace_id}.")


async def prune(
    database: Database, storage: Storage, clock: Clock, *, dry_run: bool = False
) -> Pruned:
    """Remove what is over its time, orphans, and files older than a day that no row names.

    It may run while servers work: a file is put before its row is written, and putting renews its
    time, so a file of a day without a row has none coming. Only keys of this installation's
    workspaces are looked at.
    """
    pruned = Pruned(expired=await sweep_expired(database, storage, clock, dry_run=dry_run))
    before = clock.now_ms() - DAY_MS
    workspaces = [row["id"] for row in await database.fetch(LIST_RULES)]
    for workspace_id in workspaces:
        async for rows in expired(database, workspace_id, {AssetKind.ORPHAN: before}):
            pruned.orphans.add(len(rows), sum(row["size_bytes"] for row in rows))
            if not dry_run:
                await discard(database, storage, workspace_id, rows)
        async for page in _old_pages(storage, workspace_id, before):
            strays = await _without_row(database, workspace_id, page)
            pruned.strays.add(len(strays), sum(entry.size_bytes for entry in strays))
            if not dry_run:
                await _remove(storage, strays, before)
    pruned.uploads.add(*await sweep_pending(storage, clock, dry_run=dry_run))
    return pruned


async def _old_pages(
    storage: Storage, workspace_id: str, before: int
) -> AsyncIterator[list[StoredObject]]:
    page: list[StoredObject] = []
    async for entry in storage.entries(workspace_id):
        if entry.modified_ms < before and owner_of(entry.key) is not None:
            page.append(entry)
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


async def _without_row(
    database: Database, workspace_id: str, page: Sequence[StoredObject]
) -> list[StoredObject]:
    hashes = {entry.key: owner[1] for entry in page if (owner := owner_of(entry.key))}
    live = await database.fetch(
        LIVE_HASHES, workspace_id=workspace_id, hashes=sorted(set(hashes.values()))
    )
    sets = await database.fetch(PROMPT_SET_KEYS, keys=sorted(hashes))
    needed = {row["sha256"] for row in live}
    named = {row["storage_key"] for row in sets}
    return [entry for entry in page if hashes[entry.key] not in needed and entry.key not in named]


async def _remove(storage: Storage, strays: Sequence[StoredObject], before: int) -> None:
    for entry in strays:
        try:
            # Someone may have put it again since it was listed.
            again = await storage.head(entry.key)
        except ObjectMissing:
            continue
        if again.modified_ms < before:
            await storage.delete(entry.key)


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
