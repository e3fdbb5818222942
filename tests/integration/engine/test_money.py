"""Credits: held at accept, captured on success, released otherwise, and always adding up."""

import asyncio

import pytest

from pixelmill.db.ledger import BALANCE, SUMS
from pixelmill.db.statements import Row
from pixelmill.db.tables.executions import executions
from pixelmill.domain.credits import Overdrawn
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.sdk.provider import Failure, Refusal, Request, Step, Ticket
from pixelmill.services.checking import OverMaxCost
from pixelmill.services.executing import Wish, execute
from pixelmill.services.workflows import Drawing
from tests.integration.engine.stage import ScriptedProvider, Stage, on_stage, picture


async def balance(stage: Stage) -> Row:
    """Available and held millicredits of the test's workspace."""
    database, workspace = stage.house.parts.database, stage.principal.workspace_id
    (row,) = await database.fetch(BALANCE, workspace_id=workspace)
    (sums,) = await database.fetch(SUMS, workspace_id=workspace)
    assert row == sums, "the ledger sums to the balance"
    return row


async def test_success_captures_what_was_held(database_url: str) -> None:
    async with on_stage(database_url, plan="pro", granted=10) as stage:
        execution = await stage.accept(["a", "b", "c"])
        row = await stage.finished(execution)
        assert await balance(stage) == {"available": 7000, "held": 0}
    assert (row["credits_quoted"], row["credits_captured"], row["credits_held"]) == (3000, 3000, 0)


async def test_failures_are_released_and_not_charged(database_url: str) -> None:
    def script(request: Request) -> Step:
        if "bad" in request.params.prompt:  # type: ignore[attr-defined]
            return Refusal(Failure.INVALID_INPUT, "No.")
        return picture(request)

    async with on_stage(database_url, ScriptedProvider(script), plan="pro", granted=10) as stage:
        execution = await stage.accept(["good", "bad", "bad 2"])
        row = await stage.finished(execution)
        assert await balance(stage) == {"available": 9000, "held": 0}
    assert (row["credits_captured"], row["credits_released"]) == (1000, 2000)


async def test_a_cached_result_costs_nothing(database_url: str) -> None:
    async with on_stage(database_url, plan="pro", granted=10) as stage:
        await stage.finished(await stage.accept(["a"], base_seed=1))
        row = await stage.finished(await stage.accept(["a"], base_seed=1))
        assert await balance(stage) == {"available": 9000, "held": 0}
    assert (row["credits_saved"], row["credits_released"]) == (1000, 1000)


async def test_too_little_credit_starts_nothing_and_names_each_node(database_url: str) -> None:
    async with on_stage(database_url, plan="pro", granted=2, working=False) as stage:
        with pytest.raises(Overdrawn) as refused:
            await stage.accept(["a", "b", "c"])
        assert await stage.rows(executions) == []
        assert await balance(stage) == {"available": 2000, "held": 0}
    assert refused.value.status == 402
    assert refused.value.extra["requiredCredits"] == 3
    assert refused.value.extra["availableCredits"] == 2
    (line,) = refused.value.extra["breakdown"]
    assert (line["nodeId"], line["nodeLabel"], line["credits"], line["cost"]) == (
        "paint",
        "Paint",
        3,
        3,
    )


async def test_credit_for_ten_and_a_hundred_at_once_accepts_exactly_ten(
    database_url: str,
) -> None:
    async with on_stage(database_url, plan="self_hosted", granted=10, working=False) as stage:
        from dataclasses import replace

        from pixelmill.domain.limits import PlanLimits

        house = replace(stage.house, plans={"self_hosted": PlanLimits("unlimited")})
        stage.house = house
        answers = await asyncio.gather(
            *(stage.accept([f"prompt {n}"]) for n in range(100)), return_exceptions=True
        )
        assert await balance(stage) == {"available": 0, "held": 10_000}
        found = await stage.rows(executions)
    assert len(found) == 10
    assert sum(isinstance(answer, Overdrawn) for answer in answers) == 90


async def test_a_self_hosted_workspace_is_metered_and_never_refused(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        row = await stage.finished(await stage.accept(["a"]))
        assert await balance(stage) == {"available": 0, "held": 0}
    assert row["credits_captured"] == 1000


TWO_PAID = Drawing(
    nodes=[
        {"id": "one", "data": {"nodeType": "generate:paint", "params": {"prompt": "quick"}}},
        {"id": "two", "data": {"nodeType": "generate:paint", "params": {"prompt": "slow"}}},
    ],
    edges=[],
)


async def test_what_was_captured_before_a_wait_is_not_released_after_it(
    database_url: str,
) -> None:
    """The item parks with one node paid; whoever takes it up must know that."""

    def script(request: Request) -> Step:
        if request.params.prompt == "slow":  # type: ignore[attr-defined]
            return Ticket(request.idempotency_key, picture(request), due_in_s=6)
        return picture(request)

    async with on_stage(database_url, ScriptedProvider(script), plan="pro", granted=10) as stage:
        accepted = await execute(
            stage.house, stage.principal, Wish(None, ExecuteInputs(), drawing=TWO_PAID)
        )
        execution = accepted.reply.headers["location"].rsplit("/", 1)[1]

        async def parked() -> bool:
            (item,) = await stage.items(execution)
            return bool(item["due_at"] and item["due_at"] > item["created_at"] + 3000)

        await stage.until(parked)
        (item,) = await stage.items(execution)
        assert (item["credits"], item["credits_held"]) == (1000, 1000)
        assert await balance(stage) == {"available": 8000, "held": 1000}
        await stage.finished(execution)
        (item,) = await stage.items(execution)
        assert (item["credits"], item["credits_held"]) == (2000, 0)
        assert await balance(stage) == {"available": 8000, "held": 0}


WIRED_COUNT = Drawing(
    nodes=[
        {"id": "n", "data": {"nodeType": "input:number", "params": {"value": 3}}},
        {"id": "paint", "data": {"nodeType": "generate:paint", "params": {"prompt": "a"}}},
    ],
    edges=[
        {
            "id": "e",
            "source": "n",
            "sourceHandle": "out-number",
            "target": "paint",
            "targetHandle": "in-num_images",
        }
    ],
)


async def test_a_price_that_rises_after_the_quote_is_not_paid(database_url: str) -> None:
    async with on_stage(database_url, plan="pro", granted=1) as stage:
        accepted = await execute(
            stage.house, stage.principal, Wish(None, ExecuteInputs(), drawing=WIRED_COUNT)
        )
        execution = accepted.reply.headers["location"].rsplit("/", 1)[1]
        row = await stage.finished(execution)
        (item,) = await stage.items(execution)
        assert await balance(stage) == {"available": 1000, "held": 0}
        assert stage.provider.asked == {}
    assert row["state"] == "FAILED"
    assert item["error"]["code"] == "insufficient_credits"


async def test_a_batch_above_its_max_cost_does_not_begin(database_url: str) -> None:
    async with on_stage(database_url, working=False) as stage:
        with pytest.raises(OverMaxCost, match="costs 3 credits"):
            await stage.accept(["a", "b", "c"], max_cost=2000)
        assert await stage.rows(executions) == []
        await stage.accept(["a", "b"], max_cost=2000)
