"""Calls of models: retries by class, tickets that outlive a worker, waits without a slot."""

import asyncio
from contextlib import suppress

from pixelmill.db.tables.executions import items
from pixelmill.sdk.provider import Compute, Failure, Refusal, Request, Step, Ticket
from tests.integration.engine.stage import ScriptedProvider, draw, on_stage, picture


def failing_first(times: int, refusal: Refusal) -> ScriptedProvider:
    """A provider that refuses the first attempts of every request."""
    return ScriptedProvider(
        lambda request: refusal if request.attempt <= times else picture(request)
    )


async def test_trouble_that_passes_is_tried_again(database_url: str) -> None:
    provider = failing_first(2, Refusal(Failure.TRANSIENT, "Try later.", retry_after_s=0.01))
    async with on_stage(database_url, provider) as stage:
        execution = await stage.accept(["a"])
        row = await stage.finished(execution)
        tried = await stage.attempts(execution)
    assert row["state"] == "COMPLETED"
    assert [(one["attempt"], one["state"], one["failure"]) for one in tried] == [
        (1, "FAILED", "transient"),
        (2, "FAILED", "transient"),
        (3, "DONE", None),
    ]


async def test_a_refused_prompt_is_not_tried_again(database_url: str) -> None:
    provider = failing_first(9, Refusal(Failure.MODERATED, "No.", stage="input"))
    async with on_stage(database_url, provider) as stage:
        execution = await stage.accept(["a"])
        row = await stage.finished(execution)
    assert row["state"] == "FAILED"
    assert provider.asked["a"] == 1


async def test_trouble_that_stays_ends_the_item_with_its_history(database_url: str) -> None:
    provider = failing_first(99, Refusal(Failure.TRANSIENT, "Down.", retry_after_s=0.01))
    async with on_stage(database_url, provider) as stage:
        execution = await stage.accept(["a"])
        row = await stage.finished(execution, within_s=30)
        (item,) = await stage.items(execution)
        tried = await stage.attempts(execution)
    assert row["state"] == "FAILED"
    assert item["error"]["code"] == "provider_transient"
    assert item["error"]["retryable"] is True
    assert len(tried) == 4


async def test_a_ticket_is_redeemed_and_never_asked_for_again(database_url: str) -> None:
    def script(request: Request) -> Step:
        return Ticket(f"job-{request.seed}", picture(request), due_in_s=0.05)

    provider = ScriptedProvider(script)
    async with on_stage(database_url, provider) as stage:
        execution = await stage.accept(["a", "b"])
        await stage.finished(execution)
        tried = await stage.attempts(execution)
    assert all(one["state"] == "DONE" and one["ticket"] for one in tried)
    assert provider.asked == {"a": 1, "b": 1}


async def test_a_long_wait_gives_the_slot_back(database_url: str) -> None:
    def script(request: Request) -> Step:
        if request.params.prompt == "slow":  # type: ignore[attr-defined]
            return Ticket(f"job-{request.seed}", picture(request), due_in_s=60)
        return picture(request)

    async with on_stage(database_url, ScriptedProvider(script), concurrency=2) as stage:
        slow = await stage.accept(["slow"] * 4)
        quick = await stage.accept(["quick"])
        assert (await stage.finished(quick))["state"] == "COMPLETED"

        async def parked() -> bool:
            return all(
                item["state"] == "RUNNING" and item["due_at"] > item["created_at"] + 50_000
                for item in await stage.items(slow)
            )

        await stage.until(parked)
        runs = [run for run in await stage.node_runs(slow) if run["node_id"] == "paint"]
    assert {run["reason"] for run in runs} == {"waiting"}


async def test_a_restarted_engine_redeems_the_ticket_it_finds(database_url: str) -> None:
    later = ScriptedProvider(
        lambda request: Ticket(f"job-{request.seed}", picture(request), due_in_s=4.5)
    )
    async with on_stage(database_url, later) as stage:
        execution = await stage.accept(["a"])

        async def taken() -> bool:
            return any(one["ticket"] for one in await stage.attempts(execution))

        await stage.until(taken)
        with suppress(asyncio.CancelledError):
            # A crash leaves the rows as they are; so does an engine that is dropped.
            await stage.house.engine.stop(drain_s=0.0)  # type: ignore[union-attr]
        principal = stage.principal
        never = ScriptedProvider(lambda _: Refusal(Failure.INVALID_INPUT, "Asked twice."))
        async with on_stage(database_url, never, principal=principal) as second:
            row = await second.finished(execution)
            (item,) = await second.rows(items)
    assert row["state"] == "COMPLETED"
    assert item["fence"] == 2
    assert never.asked == {}


async def test_several_pictures_of_one_node_are_several_requests(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        execution = await stage.accept(["a"], node_overrides={"paint": {"num_images": 3}})
        row = await stage.finished(execution)
        (item,) = await stage.items(execution)
    pictures = item["outputs"][0]["value"]["image"]
    assert len({one["sha256"] for one in pictures}) == 3
    assert row["credits_captured"] == 3000


async def test_a_worker_that_lost_its_item_leaves_an_orphan(database_url: str) -> None:
    """A second claim raises the fence while the first worker is still drawing."""
    from pixelmill.db.claims import Claim
    from pixelmill.db.tables.assets import assets

    begun, go = asyncio.Event(), asyncio.Event()

    class SlowPool:
        size = 1

        async def run(self, *_: object, **__: object) -> bytes:
            begun.set()
            await go.wait()
            return draw(3)

    async with on_stage(database_url, working=False) as stage:
        from dataclasses import replace

        from pixelmill.engine.advance import Advancer
        from pixelmill.engine.orders import Orders

        parts = replace(stage.house.parts, pool=SlowPool())  # type: ignore[arg-type]
        execution = await stage.accept(["a"])
        (item,) = await stage.items(execution)
        orders = Orders(parts.database, parts.nodes)
        lanes = frozenset({"default", "cpu"})
        lost = asyncio.create_task(Advancer(parts, orders, lanes).advance(item["id"]))
        await begun.wait()
        assert await parts.writer.submit(Claim(item["id"])) is not None
        go.set()
        await lost
        (orphan,) = await stage.rows(assets)
        (after,) = await stage.items(execution)
    assert orphan["kind"] == "orphan"
    assert (after["state"], after["fence"]) == ("RUNNING", 2)


def test_the_work_of_a_ticket_can_be_written_down() -> None:
    from pixelmill.engine.steps import as_document, from_document

    work = Compute(draw, {"seed": 1}, media_type="image/png")
    assert from_document(as_document(work)) == work
