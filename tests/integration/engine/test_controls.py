"""Cancel, deadline, resume and retry: what is finished stays, the rest is decided once."""

import asyncio

import pytest
from sqlalchemy import bindparam, update

from pixelmill.db.ledger import BALANCE, SUMS
from pixelmill.db.reopening import NothingToReopen
from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.sdk.provider import Failure, Refusal, Request, Step, Ticket
from pixelmill.services.controlling import InvalidState, cancel, pause, reopen
from pixelmill.services.executing import Wish, execute
from pixelmill.services.watching import ExecutionUnknown
from pixelmill.services.workflows import Drawing
from tests.integration.engine.stage import ScriptedProvider, Stage, change, on_stage, picture

SET_DEADLINE = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"))
    .values(deadline_at=bindparam("deadline_at"))
)


async def balance(stage: Stage) -> tuple[int, int]:
    """Available and held, after the ledger was found to sum to them."""
    database, workspace = stage.house.parts.database, stage.principal.workspace_id
    (row,) = await database.fetch(BALANCE, workspace_id=workspace)
    (sums,) = await database.fetch(SUMS, workspace_id=workspace)
    assert row == sums
    return row["available"], row["held"]


def slow(request: Request) -> Step:
    """A job that takes a while, unless its prompt says quick."""
    if "quick" in request.params.prompt:  # type: ignore[attr-defined]
        return picture(request)
    return Ticket(request.idempotency_key, picture(request), due_in_s=60)


async def some_done(stage: Stage, execution: str, count: int) -> None:
    """Wait until so many items are completed."""

    async def enough() -> bool:
        (row,) = await stage.rows(executions, id=execution)
        return bool(row["completed"] >= count)

    await stage.until(enough)


async def test_a_cancel_keeps_what_is_finished_and_releases_the_rest(database_url: str) -> None:
    async with on_stage(database_url, ScriptedProvider(slow), plan="pro", granted=10) as stage:
        execution = await stage.accept(["quick", "slow 1", "slow 2"])
        await some_done(stage, execution, 1)
        await cancel(stage.house, stage.principal, execution)
        row = await stage.finished(execution)
        found = await stage.items(execution)
        assert await balance(stage) == (9000, 0)
        with pytest.raises(InvalidState):
            await cancel(stage.house, stage.principal, execution)
    assert (row["state"], row["outcome"]) == ("CANCELLED", "partial")
    assert [item["state"] for item in found] == ["COMPLETED", "CANCELLED", "CANCELLED"]


async def test_one_item_can_be_cancelled_alone(database_url: str) -> None:
    async with on_stage(database_url, ScriptedProvider(slow)) as stage:
        execution = await stage.accept(["quick", "slow"])
        await some_done(stage, execution, 1)
        _, item = await stage.items(execution)
        await cancel(stage.house, stage.principal, item["id"])
        row = await stage.finished(execution)
    assert (row["state"], row["cancelled"]) == ("COMPLETED", 1)


async def test_a_deadline_ends_what_is_open(database_url: str) -> None:
    async with on_stage(database_url, ScriptedProvider(slow)) as stage:
        execution = await stage.accept(["quick", "slow"])
        await some_done(stage, execution, 1)
        await change(stage, SET_DEADLINE, b_id=execution, deadline_at=1)
        row = await stage.finished(execution)
    assert (row["state"], row["completed"], row["timeout"]) == ("TIMEOUT", 1, 1)


async def test_a_retry_calls_only_what_failed_and_holds_only_that(database_url: str) -> None:
    healthy = False

    def script(request: Request) -> Step:
        if "bad" in request.params.prompt and not healthy:  # type: ignore[attr-defined]
            return Refusal(Failure.INVALID_INPUT, "No.")
        return picture(request)

    provider = ScriptedProvider(script)
    async with on_stage(database_url, provider, plan="pro", granted=10) as stage:
        execution = await stage.accept(["good", "bad 1", "bad 2"])
        await stage.finished(execution)
        assert await balance(stage) == (9000, 0)
        healthy = True
        await reopen(stage.house, stage.principal, execution, "retry")

        async def all_done() -> bool:
            (row,) = await stage.rows(executions, id=execution)
            return bool(row["completed"] == 3 and row["ended_at"])

        await stage.until(all_done)
        (row,) = await stage.rows(executions, id=execution)
        assert await balance(stage) == (7000, 0)
        with pytest.raises(NothingToReopen):
            await reopen(stage.house, stage.principal, execution, "retry")
    assert (row["state"], row["outcome"], row["round"]) == ("COMPLETED", "all", 2)
    assert provider.asked == {"good": 1, "bad 1": 2, "bad 2": 2}


async def test_a_retried_item_reuses_the_nodes_that_completed(database_url: str) -> None:
    """Prompt and paint are done; only what comes after is tried again."""
    broken = True

    def script(request: Request) -> Step:
        if request.params.prompt == "second" and broken:  # type: ignore[attr-defined]
            return Refusal(Failure.INVALID_INPUT, "No.")
        return picture(request)

    chain = Drawing(
        nodes=[
            {"id": "one", "data": {"nodeType": "generate:paint", "params": {"prompt": "first"}}},
            {"id": "two", "data": {"nodeType": "generate:paint", "params": {"prompt": "second"}}},
            {"id": "out1", "data": {"nodeType": "output:preview"}},
            {"id": "out2", "data": {"nodeType": "output:preview"}},
        ],
        edges=[
            {"id": "e1", "source": "one", "target": "out1"},
            {"id": "e2", "source": "two", "target": "out2"},
        ],
    )
    provider = ScriptedProvider(script)
    async with on_stage(database_url, provider) as stage:
        accepted = await execute(
            stage.house, stage.principal, Wish(None, ExecuteInputs(), drawing=chain)
        )
        execution = accepted.reply.headers["location"].rsplit("/", 1)[1]
        assert (await stage.finished(execution))["state"] == "FAILED"
        broken = False
        await reopen(stage.house, stage.principal, execution, "retry")

        async def done() -> bool:
            (row,) = await stage.rows(executions, id=execution)
            return bool(row["state"] == "COMPLETED")

        await stage.until(done)
    assert provider.asked == {"first": 1, "second": 2}


async def test_a_cancelled_execution_can_be_resumed(database_url: str) -> None:
    waiting = True

    def script(request: Request) -> Step:
        return slow(request) if waiting else picture(request)

    async with on_stage(database_url, ScriptedProvider(script)) as stage:
        execution = await stage.accept(["quick", "slow"])
        await some_done(stage, execution, 1)
        await cancel(stage.house, stage.principal, execution)
        waiting = False
        with pytest.raises(NothingToReopen):
            await reopen(stage.house, stage.principal, execution, "retry")
        await reopen(stage.house, stage.principal, execution, "resume")
        await some_done(stage, execution, 2)
        (row,) = await stage.rows(executions, id=execution)
    assert (row["state"], row["cancelled_at"]) == ("COMPLETED", None)


async def test_a_retry_under_one_key_happens_once(database_url: str) -> None:
    refuse = ScriptedProvider(lambda _: Refusal(Failure.INVALID_INPUT, "No."))
    async with on_stage(database_url, refuse, plan="pro", granted=10) as stage:
        execution = await stage.accept(["a"])
        await stage.finished(execution)
        answers = await asyncio.gather(
            *(
                reopen(stage.house, stage.principal, execution, "retry", idempotency_key="again")
                for _ in range(10)
            )
        )
        await stage.finished(execution)
        assert len({answer.reply.body for answer in answers}) == 1
        assert await balance(stage) == (10_000, 0)
        (row,) = await stage.rows(executions, id=execution)
    assert row["round"] == 2


async def test_a_pause_holds_back_what_has_not_begun(database_url: str) -> None:
    async with on_stage(database_url, working=False) as idle:
        execution = await idle.accept(["a"])
        await pause(idle.house, idle.principal, execution)
        async with on_stage(database_url, idle.provider, principal=idle.principal) as stage:
            await asyncio.sleep(0.3)
            assert (await stage.items(execution))[0]["state"] == "PENDING"
            await reopen(stage.house, stage.principal, execution, "resume")
            await stage.finished(execution)


async def test_nobody_controls_what_belongs_to_another_workspace(database_url: str) -> None:
    async with on_stage(database_url, working=False) as mine:
        execution = await mine.accept(["a"])
        async with on_stage(database_url, working=False) as theirs:
            for verb in (cancel, pause):
                with pytest.raises(ExecutionUnknown):
                    await verb(theirs.house, theirs.principal, execution)
            with pytest.raises(ExecutionUnknown):
                await reopen(theirs.house, theirs.principal, execution, "retry")
