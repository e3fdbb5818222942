"""What nobody needs goes: pictures over their time, orphans, stray files, forgotten uploads."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from pixelmill.db.caching import FIND_CACHED
from pixelmill.db.database import fetch_one
from pixelmill.db.records import KEEP_ASSET, KEEP_CACHE, KEEP_SOURCE
from pixelmill.db.statements import Statement
from pixelmill.db.tables.assets import assets
from pixelmill.db.tables.executions import executions
from pixelmill.domain.asset import storage_key
from pixelmill.domain.limits import BUILT_IN_PLANS, DAY_MS
from pixelmill.engine.media import store
from pixelmill.engine.sweeping import sweep_expired, sweeper
from pixelmill.sdk.storage import ObjectMissing
from pixelmill.services.access import WorkspaceUnknown, create_workspace
from pixelmill.services.storing import prune, report, set_rules
from tests.integration.engine.stage import Stage, change, on_stage, tiny_png

DAY_S = DAY_MS / 1000
END = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"))
    .values(ended_at=bindparam("ended_at"))
)


@pytest.fixture
async def stage(database_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    async with on_stage(database_url, working=False, storage_url=str(tmp_path / "assets")) as found:
        yield found


async def keep(stage: Stage, seed: int, kind: str = "input", days: float = 0, **more: Any) -> str:
    """A stored picture of an age in days, with its row and its file; answers its id."""
    parts = stage.house.parts
    stored = await store(parts, stage.principal.workspace_id, tiny_png(seed), purpose=kind)
    made_at = stored.row["created_at"] - int(days * DAY_MS)
    await change(stage, KEEP_ASSET, **{**stored.row, "created_at": made_at, **more})
    age(stage, stored.row["sha256"], days)
    return stored.row["id"]


def path_of(stage: Stage, sha256: str) -> Path:
    return stage.house.parts.storage.root / storage_key(stage.principal.workspace_id, sha256)


def age(stage: Stage, sha256: str, days: float) -> None:
    path = path_of(stage, sha256)
    then = path.stat().st_mtime - days * DAY_S
    os.utime(path, (then, then))


async def pruned(stage: Stage, *, dry_run: bool = False) -> dict[str, int]:
    parts = stage.house.parts
    done = await prune(parts.database, parts.storage, parts.clock, dry_run=dry_run)
    return {
        "expired": done.expired.files,
        "orphans": done.orphans.files,
        "strays": done.strays.files,
        "uploads": done.uploads.files,
    }


async def left(stage: Stage) -> set[str]:
    return {row["id"] for row in await stage.rows(assets) if row["deleted_at"] is None}


async def files(stage: Stage) -> int:
    return len([one async for one in stage.house.parts.storage.entries()])


async def set_days(stage: Stage, **days: int) -> None:
    database, workspace_id = stage.house.parts.database, stage.principal.workspace_id
    await set_rules(database, workspace_id, {"keepDays": days})


async def swept(stage: Stage) -> int:
    parts = stage.house.parts
    return (await sweep_expired(parts.database, parts.storage, parts.clock)).files


async def test_without_rules_everything_is_kept(stage: Stage) -> None:
    for number, kind in enumerate(("input", "intermediate", "final")):
        await keep(stage, number, kind, days=900)
    assert await swept(stage) == 0
    assert await files(stage) == 3


async def test_each_kind_has_its_own_days(stage: Stage) -> None:
    await set_days(stage, inputs=30, intermediates=2)
    young = {
        await keep(stage, 1, "input", days=29),
        await keep(stage, 2, "intermediate", days=1),
        await keep(stage, 3, "final", days=900),
    }
    for seed, kind, days in ((4, "input", 31), (5, "intermediate", 3), (6, "orphan", 3)):
        await keep(stage, seed, kind, days=days)
    assert await swept(stage) == 3
    assert await left(stage) == young
    assert await files(stage) == 3
    assert await swept(stage) == 0


async def test_bytes_that_a_younger_asset_shares_stay(stage: Stage) -> None:
    await set_days(stage, intermediates=2)
    await keep(stage, 1, "intermediate", days=5)
    final = await keep(stage, 1, "final", days=5)
    assert await swept(stage) == 1
    assert await left(stage) == {final}
    assert await files(stage) == 1


async def test_what_work_under_way_needs_stays(stage: Stage) -> None:
    await set_days(stage, inputs=2, intermediates=2)
    execution_id = await stage.accept(["a"])
    step = await keep(stage, 1, "intermediate", days=5, execution_id=execution_id)
    source = await keep(stage, 2, "input", days=5)
    result = await keep(stage, 3, "final", days=1)
    await change(stage, KEEP_SOURCE, asset_id=result, source_id=source)
    assert await swept(stage) == 0
    await change(stage, END, b_id=execution_id, ended_at=1)
    assert await swept(stage) == 1
    assert await left(stage) == {source, result}
    assert step not in await left(stage)


async def test_a_result_that_shows_a_deleted_picture_is_not_reused(stage: Stage) -> None:
    await set_days(stage, intermediates=2)
    workspace_id = stage.principal.workspace_id
    gone, stays = await keep(stage, 1, "intermediate", days=5), await keep(stage, 2, "final")
    for key, asset_id in (("a", gone), ("b", stays)):
        await change(
            stage, KEEP_CACHE, key=key, workspace_id=workspace_id, node_type="x",
            output={"image": [{"assetId": asset_id}]}, credits=1, created_at=1,
        )  # fmt: skip
    await swept(stage)
    database = stage.house.parts.database
    assert await fetch_one(database, FIND_CACHED, key="a", workspace_id=workspace_id) is None
    assert await fetch_one(database, FIND_CACHED, key="b", workspace_id=workspace_id) is not None


async def test_pruning_removes_what_nothing_names_and_nothing_else(stage: Stage) -> None:
    storage, workspace_id = stage.house.parts.storage, stage.principal.workspace_id
    needed = await keep(stage, 1, "final", days=90)
    await keep(stage, 2, "orphan", days=3)
    stray, fresh = "ab" * 32, "cd" * 32
    for sha256 in (stray, fresh):
        await storage.put(storage_key(workspace_id, sha256), b"x")
        await storage.put(f"{storage_key(workspace_id, sha256)}.256.webp", b"small")
    age(stage, stray, 1.1)
    old = path_of(stage, f"{stray}").with_name(f"{stray}.256.webp")
    os.utime(old, (1, 1))
    age(stage, fresh, 0.9)
    kept = ("pixelmill-ready", f"ws_elsewhere/ab/{stray}", f"{workspace_id}/notes/readme.txt")
    for key in kept:
        await storage.put(key, b"not ours")
        os.utime(storage.root / key, (1, 1))
    await storage.put(f"uploads/{workspace_id}/ast_old", b"{}\n")
    os.utime(storage.root / f"uploads/{workspace_id}/ast_old", (1, 1))
    await storage.put(f"uploads/{workspace_id}/ast_new", b"{}\n")
    expected = {"expired": 0, "orphans": 1, "strays": 2, "uploads": 1}
    before = await files(stage)
    assert await pruned(stage, dry_run=True) == expected
    assert await files(stage) == before
    assert await pruned(stage) == expected
    assert await left(stage) == {needed}
    for key in (*kept, storage_key(workspace_id, fresh), f"uploads/{workspace_id}/ast_new"):
        await storage.head(key)
    with pytest.raises(ObjectMissing):
        await storage.head(storage_key(workspace_id, stray))
    assert await pruned(stage) == dict.fromkeys(expected, 0)


async def test_a_file_whose_row_is_being_written_survives(stage: Stage) -> None:
    """Old bytes without a row are put again: from then on someone relies on them."""
    parts, workspace_id = stage.house.parts, stage.principal.workspace_id
    first = await store(parts, workspace_id, tiny_png(1), purpose="input")
    age(stage, first.row["sha256"], 30)
    second = await store(parts, workspace_id, tiny_png(1), purpose="input")
    assert (await pruned(stage))["strays"] == 0
    await change(stage, KEEP_ASSET, **second.row)
    assert await parts.storage.read(storage_key(workspace_id, second.row["sha256"])) == tiny_png(1)


async def test_the_report_counts_equal_pictures_once(stage: Stage) -> None:
    await keep(stage, 1, "input")
    await keep(stage, 1, "final")
    await keep(stage, 2, "final")
    database = stage.house.parts.database
    other = await create_workspace(database, "Other", "free")
    holdings = {one.workspace_id: one for one in await report(database, BUILT_IN_PLANS)}
    mine = holdings[stage.principal.workspace_id]
    assert mine.used.files == 2
    assert mine.used.size_bytes == len(tiny_png(1)) + len(tiny_png(2))
    assert {kind: usage.files for kind, usage in mine.by_kind.items()} == {"input": 1, "final": 2}
    assert holdings[other].rules.max_files == BUILT_IN_PLANS["free"].storage_files
    assert holdings[other].used.size_bytes == 0


async def test_rules_are_changed_one_by_one(stage: Stage) -> None:
    database, workspace_id = stage.house.parts.database, stage.principal.workspace_id
    await set_rules(database, workspace_id, {"maxFiles": 3, "keepDays": {"inputs": 5}})
    await set_rules(database, workspace_id, {"maxBytes": 9, "keepDays": {"finals": 7}})
    await set_rules(database, workspace_id, {"maxFiles": None, "keepDays": {"inputs": None}})
    (holding,) = await report(database, BUILT_IN_PLANS)
    assert (holding.rules.max_files, holding.rules.max_bytes) == (None, 9)
    assert {kind.value: days for kind, days in holding.rules.keep_days.items()} == {"final": 7}
    with pytest.raises(WorkspaceUnknown):
        await set_rules(database, "ws_none", {"maxFiles": 1})


async def test_the_sweeper_looks_by_itself(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pixelmill.engine.sweeping.FIRST_S", 0.0)
    await set_days(stage, inputs=1)
    await keep(stage, 1, "input", days=2)
    pulse = sweeper(stage.house.parts)
    pulse.start()

    async def gone() -> bool:
        return not await left(stage)

    await stage.until(gone)
    await pulse.stop()
