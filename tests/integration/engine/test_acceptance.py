"""Accepting: one key, one execution; windows and days exact under concurrency."""

import asyncio
from typing import Any

import pytest

from pixelmill.db.acceptance import Accepted, KeyReused
from pixelmill.db.tables.executions import executions, items
from pixelmill.db.tables.workflows import workflow_versions
from pixelmill.domain.expansion import ExecuteInputs
from pixelmill.domain.input_keys import UnknownInput
from pixelmill.domain.item_drafts import MissingInput
from pixelmill.domain.limits import DailyLimitReached, RateLimited
from pixelmill.domain.prompt_text import MissingValue
from pixelmill.kit.clock import ManualClock
from pixelmill.services.executing import Wish, execute
from pixelmill.services.workflows import Drawing
from tests.integration.engine.stage import PAINTING, Stage, on_stage

HOUR_S = 3600


async def wish(stage: Stage, prompt: str = "a", **changes: Any) -> Accepted:
    """Ask for one picture."""
    fingerprint = changes.pop("fingerprint", prompt)
    return await execute(
        stage.house,
        stage.principal,
        Wish(
            None,
            ExecuteInputs(prompts=[prompt]),
            drawing=PAINTING,
            fingerprint=fingerprint,
            **changes,
        ),
    )


async def test_a_hundred_identical_requests_make_one_execution(database_url: str) -> None:
    async with on_stage(database_url, working=False) as stage:
        answers = await asyncio.gather(
            *(wish(stage, idempotency_key="order-1") for _ in range(100))
        )
        assert len(await stage.rows(executions)) == 1
        assert len(await stage.rows(items)) == 1
    assert len({answer.reply.body for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1


async def test_the_same_key_for_another_request_is_refused(database_url: str) -> None:
    async with on_stage(database_url, working=False) as stage:
        await wish(stage, "a", idempotency_key="k")
        with pytest.raises(KeyReused):
            await wish(stage, "b", idempotency_key="k")
        assert len(await stage.rows(executions)) == 1


async def test_a_key_belongs_to_its_workspace(database_url: str) -> None:
    async with (
        on_stage(database_url, working=False) as mine,
        on_stage(database_url, working=False) as theirs,
    ):
        first = await wish(mine, idempotency_key="k")
        second = await wish(theirs, idempotency_key="k")
    assert first.reply.body != second.reply.body


@pytest.mark.parametrize(("hours", "replayed"), [(23.98, True), (24.02, False)])
async def test_a_key_replays_for_a_day_and_is_new_after(
    sqlite_url: str, hours: float, *, replayed: bool
) -> None:
    clock = ManualClock(1_800_000_000_000)
    async with on_stage(sqlite_url, working=False, clock=clock) as stage:
        first = await wish(stage, idempotency_key="k")
        clock.advance(hours * HOUR_S)
        second = await wish(stage, idempotency_key="k")
    assert second.replayed is replayed
    assert (second.reply.body == first.reply.body) is replayed


async def test_a_burst_never_passes_more_than_the_plan_allows(database_url: str) -> None:
    async with on_stage(database_url, plan="enterprise", granted=999, working=False) as stage:
        answers = await asyncio.gather(
            *(wish(stage, f"p{n}") for n in range(50)), return_exceptions=True
        )
        assert len(await stage.rows(executions)) == 10
    refused = [answer for answer in answers if isinstance(answer, RateLimited)]
    accepted = [answer for answer in answers if isinstance(answer, Accepted)]
    assert len(refused) == 40
    assert sorted(one.window.remaining for one in accepted if one.window) == list(range(10))
    assert all(0 < (one.retry_after_s or 0) <= 61 for one in refused)


async def test_no_sixty_seconds_see_more_than_ten(sqlite_url: str) -> None:
    clock = ManualClock(1_800_000_000_000)
    accepted: list[float] = []
    async with on_stage(
        sqlite_url, plan="enterprise", granted=999, working=False, clock=clock
    ) as stage:
        for step in range(150):
            try:
                await wish(stage, f"p{step}")
            except RateLimited:
                pass
            else:
                accepted.append(clock.monotonic())
            clock.advance(1.37)
    for start in accepted:
        assert sum(start <= at < start + 60 for at in accepted) <= 10
    assert len(accepted) >= 30


async def test_the_day_ends_at_midnight_utc(sqlite_url: str) -> None:
    midnight = 1_800_057_600_000
    clock = ManualClock(midnight - 3600_000)
    async with on_stage(sqlite_url, plan="free", granted=999, working=False, clock=clock) as stage:
        for step in range(50):
            await wish(stage, f"p{step}")
            clock.advance(65)
        with pytest.raises(DailyLimitReached) as refused:
            await wish(stage, "one more")
        clock.advance(refused.value.retry_after_s or 0)
        assert clock.now_ms() >= midnight
        await wish(stage, "a new day")


async def test_an_inline_graph_becomes_one_version_however_often_it_is_sent(
    database_url: str,
) -> None:
    async with on_stage(database_url, working=False) as stage:
        await asyncio.gather(*(wish(stage, f"p{n}") for n in range(5)))
        assert len(await stage.rows(workflow_versions)) == 1


TEMPLATE = Drawing(
    nodes=[
        {
            "id": "text",
            "data": {
                "nodeType": "utility:prompt_template",
                "label": "Words",
                "params": {"template": "A {{product}} on {{surface}}, {{7*7}}"},
            },
        },
        {"id": "paint", "data": {"nodeType": "generate:paint", "label": "Paint"}},
    ],
    edges=[{"id": "e", "source": "text", "target": "paint", "targetHandle": "in-prompt"}],
)


async def test_names_in_a_template_are_inputs_and_nothing_else_in_braces_is(
    database_url: str,
) -> None:
    async with on_stage(database_url) as stage:
        accepted = await execute(
            stage.house,
            stage.principal,
            Wish(
                None,
                ExecuteInputs(
                    inputs=[{"product": "{{surface}} vase", "surface": "oak"}],
                ),
                drawing=TEMPLATE,
            ),
        )
        execution = accepted.reply.headers["location"].rsplit("/", 1)[1]
        await stage.finished(execution)
        # What a row brings is data: a name inside it is not filled in.
        assert stage.provider.asked == {"A {{surface}} vase on oak, {{7*7}}": 1}


async def test_a_row_without_a_name_of_the_template_is_refused(database_url: str) -> None:
    async with on_stage(database_url, working=False) as stage:
        with pytest.raises(MissingInput, match="surface"):
            await execute(
                stage.house,
                stage.principal,
                Wish(None, ExecuteInputs(inputs=[{"product": "vase"}]), drawing=TEMPLATE),
            )
        with pytest.raises(UnknownInput):
            await execute(
                stage.house,
                stage.principal,
                Wish(
                    None,
                    ExecuteInputs(inputs={"product": "a", "surface": "b", "colour": "c"}),
                    drawing=TEMPLATE,
                ),
            )


async def test_a_trigger_value_that_nobody_brings_is_refused(database_url: str) -> None:
    drawing = Drawing(
        nodes=[
            {
                "id": "paint",
                "data": {
                    "nodeType": "generate:paint",
                    "label": "Paint",
                    "params": {"prompt": "for {{trigger.customer.name}}"},
                },
            }
        ],
        edges=[],
    )
    async with on_stage(database_url) as stage:
        with pytest.raises(MissingValue, match=r"trigger\.customer\.name"):
            await execute(stage.house, stage.principal, Wish(None, ExecuteInputs(), drawing))
        accepted = await execute(
            stage.house,
            stage.principal,
            Wish(None, ExecuteInputs(), drawing, trigger_data={"customer": {"name": "Ada"}}),
        )
        await stage.finished(accepted.reply.headers["location"].rsplit("/", 1)[1])
        assert stage.provider.asked == {"for Ada": 1}
