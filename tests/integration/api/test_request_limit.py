"""Requests per minute: sliding, told in headers, without polls, and shared between processes."""

import asyncio

import pytest

from pixelmill.db.tables.access import facts
from pixelmill.domain.limits import Admitted, Refused
from pixelmill.kit.clock import ManualClock
from pixelmill.services.request_window import RequestWindow
from tests.integration.api.desk import on_desk
from tests.integration.engine.stage import PAINTING, on_stage

START_MS = 1_795_000_000_000
DRAWN = {"nodes": list(PAINTING.nodes), "edges": list(PAINTING.edges)}


async def test_the_eleventh_request_of_a_minute_waits(database_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(database_url, plan="free", clock=clock) as desk:
        for at in range(10):
            answer = await desk.client.get("/workflows")
            assert answer.status == 200
            assert answer.headers["x-ratelimit-limit"] == "10"
            assert answer.headers["x-ratelimit-remaining"] == str(9 - at)
            assert answer.headers["x-ratelimit-resource"] == "requests"
            assert answer.headers["ratelimit-policy"] == '"requests";q=10;w=60'
            clock.advance(1)
        refused = await desk.client.get("/workflows")
        assert (refused.status, refused.json()["code"]) == (429, "rate_limited")
        assert refused.json()["limit"] == "requests"
        assert refused.headers["retry-after"] == "51"
        assert refused.headers["ratelimit"] == '"requests";r=0;t=51'
        reset = int(refused.headers["x-ratelimit-reset"])
        assert reset == -(-(START_MS + 60_500) // 1000) == refused.json()["retryAfter"]
        clock.advance(51)
        assert (await desk.client.get("/workflows")).status == 200


async def test_a_refused_request_does_not_count(sqlite_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(sqlite_url, plan="free", clock=clock) as desk:
        for _ in range(30):
            await desk.client.get("/workflows")
        clock.advance(61)
        answers = [await desk.client.get("/workflows") for _ in range(11)]
        assert [answer.status for answer in answers] == [200] * 10 + [429]


async def test_polls_are_free_and_tell_how_the_window_stands(database_url: str):
    async with on_desk(database_url, plan="free", granted=10) as desk:
        accepted = await desk.client.post("/executions", {**DRAWN, "prompts": ["a"]})
        assert accepted.headers["x-ratelimit-resource"] == "executions"
        assert accepted.headers["ratelimit"].startswith('"requests";r=9;')
        path = f"/executions/{accepted.json()['executionId']}/poll"
        polls = [await desk.client.get(path) for _ in range(20)]
        assert {poll.status for poll in polls} == {200}
        assert {poll.headers["x-ratelimit-remaining"] for poll in polls} == {"9"}


async def test_the_window_is_the_workspaces_not_the_keys(sqlite_url: str):
    async with on_desk(sqlite_url, plan="free") as desk:
        other = await desk.key_with("workflows:read")
        stranger = await desk.stranger("free")
        for _ in range(5):
            await desk.client.get("/workflows")
            await other.get("/workflows")
        assert (await other.get("/workflows")).status == 429
        assert (await stranger.get("/workflows")).status == 200


async def test_a_plan_without_limits_sends_no_headers(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        answers = [await desk.client.get("/workflows") for _ in range(30)]
        assert {answer.status for answer in answers} == {200}
        assert not any(name.startswith(("x-ratelimit", "ratelimit")) for name in answers[0].headers)


async def test_processes_learn_what_the_others_counted(database_url: str):
    clock = ManualClock(START_MS)
    async with on_stage(database_url, clock=clock, working=False) as stage:
        database = stage.house.parts.database
        one, other = (RequestWindow(database, clock, shared=False) for _ in range(2))
        for _ in range(6):
            assert isinstance(one.admit("ws_a", 10), Admitted)
        await one.exchange()
        await other.exchange()
        seen = other.admit("ws_a", 10)
        assert isinstance(seen, Admitted)
        assert seen.remaining == 3
        assert other.look("ws_b", 10).remaining == 10
        clock.advance(62)
        assert other.look("ws_a", 10).remaining == 10
        clock.advance(120)
        await other.exchange()
        assert len(await stage.rows(facts)) == 1


@pytest.mark.postgres
async def test_on_postgresql_it_is_shared_by_itself(postgres_url: str):
    clock = ManualClock(START_MS)
    async with on_stage(postgres_url, clock=clock, working=False) as stage:
        database = stage.house.parts.database
        one, other = (RequestWindow(database, clock, shared=True) for _ in range(2))

        async def ask(window: RequestWindow) -> Admitted | Refused:
            decided = window.admit("ws_a", 4)
            await asyncio.sleep(0.1)
            clock.advance(1)
            return decided

        answers = [await ask(window) for window in (one, other, one, other, one, other)]
        admitted = sum(isinstance(answer, Admitted) for answer in answers)
        assert admitted in (4, 5)
        assert isinstance(answers[-1], Refused)
