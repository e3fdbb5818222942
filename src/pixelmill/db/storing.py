"""The statements of kept pictures: what a workspace holds, what goes, and what nobody needs."""

from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import (
    BigInteger,
    Text,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from pixelmill.db.records import ASSET_COLUMNS
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, any_of, upsert_into
from pixelmill.db.tables.access import prompt_sets, workspaces
from pixelmill.db.tables.assets import asset_sources, assets, cache
from pixelmill.db.tables.executions import executions
from pixelmill.domain.storage_rules import StorageRules, Usage

_LIVE: Final = assets.c.deleted_at.is_(None)
_MINE: Final = assets.c.workspace_id == bindparam("workspace_id")

FIND_RULES = Statement(
    select(workspaces.c.id, workspaces.c.plan, workspaces.c.settings).where(
        workspaces.c.id == bindparam("id")
    )
)
LOCK_RULES = Statement(
    select(workspaces.c.id, workspaces.c.plan, workspaces.c.settings)
    .where(workspaces.c.id == bindparam("id"))
    .with_for_update()
)
LIST_RULES = Statement(
    select(workspaces.c.id, workspaces.c.name, workspaces.c.plan, workspaces.c.settings).order_by(
        workspaces.c.created_at, workspaces.c.id
    )
)
KEEP_SETTINGS = Statement(
    update(workspaces)
    .where(workspaces.c.id == bindparam("b_id"))
    .values(settings=bindparam("settings"))
)
FIND = Statement(select(assets).where(assets.c.id == bindparam("id"), _MINE))
KEEP_ONCE = upsert_into(assets, ASSET_COLUMNS, ("id",))

# Equal pictures lie in storage once, so they count once.
_FILES: Final = (
    select(assets.c.sha256, func.max(assets.c.size_bytes).label("size_bytes"))
    .where(_MINE, _LIVE)
    .group_by(assets.c.sha256)
    .subquery()
)
USAGE = Statement(
    select(
        func.count().label("files"),
        cast(func.coalesce(func.sum(_FILES.c.size_bytes), 0), BigInteger).label("size_bytes"),
    ).select_from(_FILES)
)
BY_KIND = Statement(
    select(
        assets.c.kind,
        func.count().label("files"),
        cast(func.sum(assets.c.size_bytes), BigInteger).label("size_bytes"),
    )
    .where(_MINE, _LIVE)
    .group_by(assets.c.kind)
    .order_by(assets.c.kind)
)
LIVE_HASHES = Statement(
    select(assets.c.sha256).where(_MINE, _LIVE, any_of(assets.c.sha256, "hashes")).distinct()
)
LAST_ROWS = Statement(
    select(assets.c.sha256, func.max(assets.c.created_at).label("created_at"))
    .where(_MINE, any_of(assets.c.sha256, "hashes"))
    .group_by(assets.c.sha256)
)
PROMPT_SET_KEYS = Statement(
    select(prompt_sets.c.storage_key).where(any_of(prompt_sets.c.storage_key, "keys"))
)
REMOVE = Statement(
    update(assets)
    .where(assets.c.id == bindparam("b_id"), _LIVE)
    .values(deleted_at=bindparam("b_deleted_at"))
)

_made_of: Final = assets.alias("made_of")
_IN_USE: Final = or_(
    exists(
        select(1).where(executions.c.id == assets.c.execution_id, executions.c.ended_at.is_(None))
    ),
    exists(
        select(1).where(
            asset_sources.c.source_id == assets.c.id,
            _made_of.c.id == asset_sources.c.asset_id,
            _made_of.c.created_at >= bindparam("before"),
        )
    ),
)
EXPIRED = Statement(
    select(assets)
    .where(
        _MINE,
        _LIVE,
        assets.c.kind == bindparam("kind"),
        assets.c.created_at < bindparam("before"),
        assets.c.id > bindparam("after"),
        ~_IN_USE,
    )
    .order_by(assets.c.id)
    .limit(bindparam("limit"))
)
"""Over their time, and neither part of work that goes on nor lately made something of."""

_AFTER: Final = or_(
    assets.c.created_at < bindparam("before_at"),
    and_(assets.c.created_at == bindparam("before_at"), assets.c.id < bindparam("before")),
)
UPLOADS = Statement(
    select(assets)
    .where(_MINE, _LIVE, assets.c.kind == "input", assets.c.execution_id.is_(None), _AFTER)
    .order_by(assets.c.created_at.desc(), assets.c.id.desc())
    .limit(bindparam("limit"))
)
RESULTS = Statement(
    select(cache.c.key, cast(cache.c.output, Text).label("output"))
    .where(cache.c.workspace_id == bindparam("workspace_id"), cache.c.key > bindparam("after"))
    .order_by(cache.c.key)
    .limit(bindparam("limit"))
)
FORGET = Statement(
    delete(cache).where(
        cache.c.key == bindparam("key"), cache.c.workspace_id == bindparam("workspace_id")
    )
)

RulesOf = Callable[[Row], StorageRules]


def keep_upload(row: Row, rules_of: RulesOf) -> Script[Row]:
    """Write an upload's row, unless it is there; answers it. Raises StorageQuotaReached."""
    yield from room_for(row["workspace_id"], row["sha256"], row["size_bytes"], rules_of)
    yield from write(KEEP_ONCE, [row])
    return (yield from read(FIND, id=row["id"], workspace_id=row["workspace_id"]))[0]


def room_for(
    workspace_id: str, sha256: str | None, size_bytes: int, rules_of: RulesOf
) -> Script[None]:
    """Look whether a file fits beside what is kept. Raises StorageQuotaReached."""
    found = yield from read(LOCK_RULES, id=workspace_id)
    rules = rules_of(found[0])
    if not rules.limited:
        return
    if sha256 and (yield from read(LIVE_HASHES, workspace_id=workspace_id, hashes=[sha256])):
        return
    used = (yield from read(USAGE, workspace_id=workspace_id))[0]
    rules.check(Usage(used["files"], used["size_bytes"]), size_bytes)


def remove_assets(workspace_id: str, rows: Sequence[Row]) -> Script[set[str]]:
    """Mark assets as deleted; answers the hashes that no row needs any more."""
    now_ms = yield from now()
    yield from write(REMOVE, [{"b_id": row["id"], "b_deleted_at": now_ms} for row in rows])
    hashes = {row["sha256"] for row in rows}
    live = yield from read(LIVE_HASHES, workspace_id=workspace_id, hashes=sorted(hashes))
    return hashes - {row["sha256"] for row in live}


def forget_results(workspace_id: str, keys: Sequence[str]) -> Script[None]:
    """Drop results that may not be reused any more."""
    yield from write(FORGET, [{"key": key, "workspace_id": workspace_id} for key in keys])


def change_settings(workspace_id: str, changed: Callable[[Row], Row]) -> Script[bool]:
    """Rewrite a workspace's settings; False when there is no such workspace."""
    found = yield from read(LOCK_RULES, id=workspace_id)
    for row in found:
        settings = changed(row["settings"] or {})
        yield from write(KEEP_SETTINGS, [{"b_id": workspace_id, "settings": settings}])
    return bool(found)
