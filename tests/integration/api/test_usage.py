"""Usage over the wire: the same sums by model, workflow, key, tag and day, and nobody else's."""

from typing import Any

import pytest

from pixelmill.kit.clock import ManualClock
from pixelmill.services.usage import month_of
from tests.integration.api.desk import Client, Desk, on_desk
from tests.integration.engine.stage import PAINTING

DRAWN: dict[str, Any] = {"nodes": list(PAINTING.nodes), "edges": list(PAINTING.edges)}
START_MS = 1_795_000_000_000


async def run(desk: Desk, client: Client, path: str = "/executions", **body: Any) -> None:
    """Run something to its end."""
    graph = DRAWN if path == "/executions" else {}
    accepted = await client.post(path, {**graph, **body})
    assert accepted.status == 201, accepted.data
    await desk.stage.finished(accepted.json()["executionId"])


async def test_usage_says_what_was_spent_on_what(database_url: str):
    async with on_desk(database_url, plan="pro", granted=20, working=True) as desk:
        saved = (await desk.client.post("/workflows", {"name": "Poster", **DRAWN})).json()["id"]
        other = await desk.key_with("workflows:execute", "usage:read")
        await run(desk, desk.client, prompts=["a", "b"], tags=["spring", "ads"])
        await run(desk, other, f"/workflows/{saved}/execute", prompts=["c"], tags=["spring"])
        stranger = await desk.stranger()
        answer = await desk.client.get("/developer/usage")
        assert answer.status == 200, answer.data
        told = answer.json()
        assert told["plan"] == "pro"
        assert told["credits"]["available"] == 17
        assert told["credits"]["reserved"] == 0
        assert told["credits"]["usedThisPeriod"] == 3
        assert told["credits"]["includedPerMonth"] is None
        limits = told["limits"]
        assert (limits["dailyExecutions"], limits["dailyUsed"]) == (1000, 2)
        assert (limits["requestsPerMinute"], limits["executionsPerMinute"]) == (60, 10)
        assert limits["resetsAt"].endswith("T00:00:00.000Z")
        assert told["total"] == {"executions": 2, "items": 3, "credits": 3, "creditsSaved": 0}
        (model,) = told["byModel"]
        assert (model["model"], model["provider"], model["credits"]) == ("paint", "painter", 3)
        assert model["nodeRuns"] == 3
        assert [(one["name"], one["credits"]) for one in told["byWorkflow"]] == [
            (None, 2),
            ("Poster", 1),
        ]
        assert [one["credits"] for one in told["byKey"]] == [2, 1]
        assert told["byKey"][0]["last4"] == (desk.client.key or "")[-4:]
        tags = {one["tag"]: (one["executions"], one["credits"]) for one in told["byTag"]}
        assert tags == {"spring": (2, 3), "ads": (1, 2)}
        assert sum(one["credits"] for one in told["byDay"]) == 3
        for path in ("/usage", "/credits"):
            again = (await other.get(path)).json()
            assert again["byKey"] == told["byKey"]
        assert (await stranger.get("/usage")).json()["total"]["executions"] == 0


async def test_a_span_leaves_out_what_was_accepted_outside_it(database_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(database_url, clock=clock) as desk:
        await desk.client.post("/executions", {**DRAWN, "prompts": ["a"]})
        clock.advance(86_400)
        await desk.client.post("/executions", {**DRAWN, "prompts": ["b", "c"]})

        async def items(query: str) -> int:
            return (await desk.client.get(f"/usage?{query}")).json()["total"]["items"]

        assert await items("") == 3
        days = (await desk.client.get("/usage")).json()["byDay"]
        assert [one["items"] for one in days] == [1, 2]
        noon = "2026-11-18T20:00:00Z"
        assert await items(f"since={noon}") + await items(f"until={noon}") == 3


async def test_a_plan_that_only_meters_has_no_balance(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        told = (await desk.client.get("/credits")).json()
        assert told["credits"]["available"] is None
        assert told["limits"]["dailyExecutions"] is None


@pytest.mark.parametrize(
    "query",
    [
        "since=yesterday",
        "since=2026-01-01T00:00:00Z&until=2025-01-01T00:00:00Z",
        "since=2020-01-01T00:00:00Z&until=2026-01-01T00:00:00Z",
    ],
)
async def test_a_span_that_cannot_be_is_refused(sqlite_url: str, query: str):
    async with on_desk(sqlite_url) as desk:
        answer = await desk.client.get(f"/usage?{query}")
        assert (answer.status, answer.json()["code"]) == (400, "invalid_parameter")


async def test_usage_needs_its_scope(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        for scope, status in (("usage:read", 200), ("executions:read", 200), ("keys:write", 403)):
            assert (await (await desk.key_with(scope)).get("/usage")).status == status


def test_a_month_runs_to_the_next_also_over_new_year():
    begin, end = month_of(1_796_083_200_000)  # 2026-12-01
    assert (begin, end) == (1_796_083_200_000, 1_798_761_600_000)
    assert month_of(end - 1) == (begin, end)
    assert month_of(end)[0] == end
