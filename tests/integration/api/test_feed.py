"""The feed of a workspace: nothing twice, nothing missing, in one order, to its owner only."""

import asyncio
from typing import Any

from pixelmill.db.feed import place_events
from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import insert_into
from pixelmill.db.tables.executions import events
from tests.integration.api.conftest import TEXTS, Site

EVENTS = "/api/v1/events"
KEEP = insert_into(events, "execution_id", "seq", "workspace_id", "type", "data", "created_at")


async def follow(site: Site, until: int, query: str = "", after: int = 0) -> list[dict[str, Any]]:
    """Events page by page until there are so many."""
    found: list[dict[str, Any]] = []
    async with asyncio.timeout(20):
        while len(found) < until:
            reply = await site.client.get(f"{EVENTS}?after={after}&wait=2&limit=7{query}")
            assert reply.status_code == 200, reply.text
            found += reply.json()["events"]
            after = reply.json()["next"]
    return found


async def test_every_event_comes_once_in_the_order_of_its_execution(any_site: Site) -> None:
    bodies = await asyncio.gather(
        *(any_site.finished({"prompts": ["a", "b", "c"]}) for _ in range(4))
    )
    # started, then for each of three items: started, node started or not, node and item done; end.
    ends = await follow(any_site, 4, "&types=execution.completed")
    assert {one["data"]["executionId"] for one in ends} == {body["id"] for body in bodies}
    last = max(one["position"] for one in ends)
    told = await follow(any_site, last)
    assert [one["position"] for one in told] == list(range(1, len(told) + 1))
    for body in bodies:
        seqs = [one["seq"] for one in told if one["data"]["executionId"] == body["id"]]
        assert seqs == list(range(1, len(seqs) + 1))
    assert len({one["id"] for one in told}) == len(told)


async def test_types_choose_and_unknown_ones_are_named(working_site: Site) -> None:
    await working_site.finished({"prompts": ["a", "b"]})
    told = await follow(working_site, 4, "&types=item.*")
    assert {one["type"] for one in told} == {"item.started", "item.completed"}
    refused = await working_site.client.get(f"{EVENTS}?types=item.exploded")
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_event_type")
    assert "item.completed" in refused.json()["validTypes"]


async def test_a_waiting_reader_is_told_at_once_and_an_idle_one_in_time(
    working_site: Site,
) -> None:
    now = (await working_site.client.get(f"{EVENTS}?after=now")).json()["next"]
    loop = asyncio.get_running_loop()
    began = loop.time()
    empty = await working_site.client.get(f"{EVENTS}?after={now}&wait=1")
    assert empty.json()["events"] == []
    assert 0.9 < loop.time() - began < 3
    waiting = asyncio.create_task(working_site.client.get(f"{EVENTS}?after={now}&wait=20"))
    await asyncio.sleep(0.1)
    began = loop.time()
    await working_site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    reply = await waiting
    assert reply.json()["events"][0]["type"] == "execution.started"
    assert loop.time() - began < 3


async def test_the_feed_of_others_is_theirs(working_site: Site) -> None:
    await working_site.finished({"prompts": ["a"]})
    await follow(working_site, 1)
    reply = await working_site.client.get(EVENTS, headers=await working_site.stranger())
    assert reply.json()["events"] == []
    for bad in ("x", "-1", "1" * 30):
        assert (await working_site.client.get(f"{EVENTS}?after={bad}")).status_code == 400


async def test_whoever_commits_late_still_comes_behind_the_reader(site: Site) -> None:
    async def keep(execution: str, seq: int, created_at: int) -> None:
        row = {
            "execution_id": execution,
            "seq": seq,
            "workspace_id": site.workspace_id,
            "type": "item.started",
            "data": {},
            "created_at": created_at,
        }

        def script() -> Script[None]:
            yield from write(KEEP, [row])

        await site.house.parts.database.transact(script())

    place = site.house.parts.database.transact
    await keep("exe_b", 1, 200)
    assert await place(place_events()) == 1
    await keep("exe_a", 1, 100)
    # One millisecond, numbers reversed by time: the numbers decide.
    await keep("exe_c", 2, 300)
    await keep("exe_c", 1, 301)
    assert await place(place_events()) == 3
    assert await place(place_events()) == 0
    told = (await site.client.get(EVENTS)).json()["events"]
    order = [(one["data"]["executionId"], one["seq"]) for one in told]
    assert order == [("exe_b", 1), ("exe_a", 1), ("exe_c", 1), ("exe_c", 2)]


async def test_two_relays_never_give_one_position_twice(database_url: str, tmp_path: Any) -> None:
    from tests.integration.api.conftest import site_on

    async with site_on(database_url, tmp_path) as site:
        for _ in range(5):
            body = {**TEXTS, "prompts": ["a"]}
            assert (await site.client.post("/api/v1/executions", json=body)).status_code == 201
        placed = await asyncio.gather(
            *(site.house.parts.database.transact(place_events(2)) for _ in range(12))
        )
        while await site.house.parts.database.transact(place_events(2)):
            pass
        told = (await site.client.get(EVENTS)).json()["events"]
    assert sum(placed) <= 5
    assert [one["position"] for one in told] == [1, 2, 3, 4, 5]
