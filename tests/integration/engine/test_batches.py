"""Batches from accepted to finished, on both stores."""

from collections import Counter

from pixelmill.db.tables.assets import assets
from pixelmill.sdk.provider import Failure, Refusal, Request, Step
from tests.integration.engine.stage import ScriptedProvider, on_stage, picture


async def test_every_prompt_gets_its_own_picture_in_input_order(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        execution = await stage.accept([f"prompt {n}" for n in range(60)])
        row = await stage.finished(execution)
        found = await stage.items(execution)
    assert (row["state"], row["outcome"], row["completed"]) == ("COMPLETED", "all", 60)
    assert [item["inputs"]["prompt"] for item in found] == [f"prompt {n}" for n in range(60)]
    pictures = [item["outputs"][0]["value"]["image"]["sha256"] for item in found]
    assert len(set(pictures)) == 60


async def test_events_are_numbered_without_a_gap_and_end_with_the_execution(
    database_url: str,
) -> None:
    async with on_stage(database_url) as stage:
        execution = await stage.accept(["a", "b", "c"])
        row = await stage.finished(execution)
        told = await stage.events(execution)
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    assert row["event_seq"] == len(told)
    kinds = Counter(event["type"] for event in told)
    assert kinds["item.completed"] == 3
    assert kinds["node.completed"] == 9
    assert told[0]["type"] == "execution.started"
    assert told[-1]["type"] == "execution.completed"


async def test_a_failing_item_never_stops_its_siblings(database_url: str) -> None:
    def script(request: Request) -> Step:
        if "bad" in request.params.prompt:  # type: ignore[attr-defined]
            return Refusal(Failure.INVALID_INPUT, "The painter dislikes this prompt.")
        return picture(request)

    async with on_stage(database_url, ScriptedProvider(script)) as stage:
        execution = await stage.accept(["good 1", "bad", "good 2"])
        row = await stage.finished(execution)
        first, second, third = await stage.items(execution)
        runs = [run for run in await stage.node_runs(execution) if run["item_id"] == second["id"]]
    assert (row["state"], row["outcome"]) == ("COMPLETED", "partial")
    assert (first["state"], second["state"], third["state"]) == (
        "COMPLETED",
        "FAILED",
        "COMPLETED",
    )
    assert second["error"]["code"] == "provider_invalid_input"
    assert second["error"]["nodeLabel"] == "Paint"
    assert {run["node_id"]: run["state"] for run in runs} == {
        "prompt": "COMPLETED",
        "paint": "FAILED",
        "out": "SKIPPED",
    }


async def test_an_execution_whose_items_all_fail_has_failed(database_url: str) -> None:
    refuse = ScriptedProvider(lambda _: Refusal(Failure.MODERATED, "No.", stage="input"))
    async with on_stage(database_url, refuse) as stage:
        row = await stage.finished(execution := await stage.accept(["a", "b"]))
        found = await stage.items(execution)
    assert (row["state"], row["outcome"]) == ("FAILED", "none")
    assert {item["error"]["code"] for item in found} == {"content_rejected"}


async def test_assets_remember_where_they_came_from(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        execution = await stage.accept(["a"])
        await stage.finished(execution)
        (asset,) = await stage.rows(assets)
        (item,) = await stage.items(execution)
    assert (asset["item_id"], asset["node_id"], asset["kind"]) == (item["id"], "paint", "final")


async def test_the_same_prompt_twice_gives_two_pictures(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        execution = await stage.accept(["same", "same"])
        await stage.finished(execution)
        first, second = await stage.items(execution)
    assert (
        first["outputs"][0]["value"]["image"]["sha256"]
        != second["outputs"][0]["value"]["image"]["sha256"]
    )


async def test_the_same_base_seed_takes_everything_from_the_cache(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        first = await stage.accept(["a", "b"], base_seed=7)
        await stage.finished(first)
        second = await stage.accept(["a", "b"], base_seed=7)
        row = await stage.finished(second)
        runs = await stage.node_runs(second)
        asked = sum(stage.provider.asked.values())
    assert asked == 2
    assert {run["cached"] for run in runs if run["node_id"] == "paint"} == {1}
    assert (row["credits_captured"], row["credits_saved"]) == (0, 2000)


async def test_another_workspace_never_gets_a_cached_result(database_url: str) -> None:
    async with on_stage(database_url) as stage:
        await stage.finished(await stage.accept(["a"], base_seed=7))
        async with on_stage(database_url, stage.provider) as other:
            await other.finished(await other.accept(["a"], base_seed=7))
        assert stage.provider.asked["a"] == 2
