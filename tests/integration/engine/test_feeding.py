"""Feeding: a bounded window, pauses, priorities, and no workspace that starves another."""

import asyncio

from sqlalchemy import bindparam, update

from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions, items
from pixelmill.sdk.provider import Request, Step, Ticket
from tests.integration.engine.stage import ScriptedProvider, change, on_stage, picture

PAUSE = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"))
    .values(paused_at=bindparam("paused_at"))
)
PUT_FIRST = Statement(
    update(items)
    .where(items.c.execution_id == bindparam("b_id"))
    .values(priority=bindparam("priority"))
)


async def test_a_paused_execution_waits_and_a_resumed_one_goes_on(database_url: str) -> None:
    async with on_stage(database_url, working=False) as idle:
        execution = await idle.accept(["a", "b"])
        await change(idle, PAUSE, b_id=execution, paused_at=1)
        async with on_stage(database_url, idle.provider, principal=idle.principal) as stage:
            other = await stage.accept(["c"])
            await stage.finished(other)
            await asyncio.sleep(0.3)
            assert {item["state"] for item in await stage.items(execution)} == {"PENDING"}
            await change(stage, PAUSE, b_id=execution, paused_at=None)
            stage.house.engine.feeder.wake()  # type: ignore[union-attr]
            assert (await stage.finished(execution))["completed"] == 2


async def test_a_single_item_is_not_held_up_by_anothers_thousands(database_url: str) -> None:
    def script(request: Request) -> Step:
        return Ticket(f"{request.idempotency_key}", picture(request), due_in_s=0.02)

    provider = ScriptedProvider(script)
    async with on_stage(database_url, working=False) as flood:
        await flood.accept([f"flood {n}" for n in range(3000)])
        async with on_stage(database_url, provider, concurrency=8) as stage:
            await asyncio.sleep(0.5)
            single = await stage.accept(["single"])
            await stage.finished(single, within_s=15)
            done = [item for item in await flood.rows(items) if item["state"] == "COMPLETED"]
    assert len(done) < 1500


async def test_a_higher_priority_goes_first_within_a_workspace(database_url: str) -> None:
    async with on_stage(database_url, working=False) as idle:
        later = await idle.accept([f"later {n}" for n in range(40)])
        first = await idle.accept([f"first {n}" for n in range(5)])
        await change(idle, PUT_FIRST, b_id=first, priority=5)
        async with on_stage(
            database_url, idle.provider, principal=idle.principal, concurrency=2
        ) as stage:
            await stage.finished(first)
            await stage.finished(later)
            ended = {item["inputs"]["prompt"]: item["ended_at"] for item in await stage.rows(items)}
    last_first = max(at for prompt, at in ended.items() if prompt.startswith("first"))
    before = [at for prompt, at in ended.items() if prompt.startswith("later") and at < last_first]
    assert len(before) <= 8
