"""Reading how it goes: four spellings, pages, waiting, and the stream without a gap."""

import asyncio
from typing import Any

import httpx2 as httpx
import orjson
import pytest

from tests.integration.api.conftest import PICTURES, TEXTS, Site, served

SPELLINGS = (
    "/api/v1/executions/{}",
    "/api/v1/executions/{}/poll",
    "/api/v1/workflows/executions/{}",
    "/api/v1/workflows/executions/{}/poll",
)


async def test_the_four_spellings_give_the_same_bytes(any_site: Site) -> None:
    status = await any_site.finished({"prompts": ["a", "b"]})
    for id_ in (status["executionId"], status["executionRuns"][1]["id"]):
        replies = [await any_site.client.get(path.format(id_)) for path in SPELLINGS]
        assert {reply.status_code for reply in replies} == {200}
        assert len({reply.content for reply in replies}) == 1
        assert len({reply.headers["etag"] for reply in replies}) == 1


async def test_a_finished_batch_tells_everything(working_site: Site) -> None:
    status = await working_site.finished(
        {
            "items": [{"key": "one", "inputs": {"prompt": "amber vase"}}],
            "metadata": {"mine": 1},
            "tags": ["t"],
        },
        PICTURES,
    )
    assert (status["status"], status["outcome"]) == ("COMPLETED", "all")
    assert status["data"] == {"executionId": status["executionId"], "status": "COMPLETED"}
    assert status["counts"]["completed"] == status["counts"]["total"] == 1
    assert (status["metadata"], status["tags"]) == ({"mine": 1}, ["t"])
    assert status["creditsUsed"] == status["credits"]["captured"] == 1
    assert status["executionRuns"][0]["key"] == "one"
    run = status["nodeResults"]["nodeRuns"][1]
    assert (run["nodeId"], run["model"], run["status"]) == ("gen", "sketch", "COMPLETED")
    assert run["credits"] == run["cost"] == 1
    assert run["output"]["images"][0]["url"] == run["outputUrl"] == run["outputUrls"][0]
    assert run["durationMs"] >= 0
    assert run["seed"] is not None
    assert run["runIndexInBatch"] == 0
    state = next(one for one in status["nodeStates"] if one["nodeId"] == "gen")
    assert (state["status"], state["outputUrl"]) == ("COMPLETED", run["outputUrl"])
    assert status["finalOutput"]["url"].startswith("http")


async def test_pages_of_items_meet_without_overlap(any_site: Site) -> None:
    first = await any_site.finished({"prompts": [f"p{i}" for i in range(7)]})
    path = f"/api/v1/executions/{first['executionId']}"
    seen: list[int] = []
    cursor = ""
    while True:
        page = (await any_site.client.get(f"{path}?limit=3{cursor}")).json()
        seen += [run["runIndexInBatch"] for run in page["executionRuns"]]
        indexes = {run["runIndexInBatch"] for run in page["nodeResults"]["nodeRuns"]}
        assert indexes == {run["runIndexInBatch"] for run in page["executionRuns"]}
        if not page["hasMore"]:
            break
        cursor = f"&cursor={page['nextCursor']}"
    assert seen == list(range(7))
    part = (await any_site.client.get(f"{path}?from=4&limit=2&detail=items")).json()
    assert [run["runIndexInBatch"] for run in part["executionRuns"]] == [4, 5]
    assert part["nodeResults"]["nodeRuns"] == []


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "cursor=zzz", "cursor=WyJhIl0", "wait=-1", "wait=61"],
)
async def test_a_query_that_cannot_be_read_is_400(working_site: Site, query: str) -> None:
    status = await working_site.finished({"prompts": ["a"]})
    reply = await working_site.client.get(f"/api/v1/executions/{status['executionId']}?{query}")
    assert reply.status_code == 400, reply.text


async def test_an_unchanged_status_is_304(any_site: Site) -> None:
    status = await any_site.finished({"prompts": ["a"]})
    path = f"/api/v1/executions/{status['executionId']}"
    first = await any_site.client.get(path)
    again = await any_site.client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]


async def test_waiting_ends_with_the_time_when_nothing_happens(site: Site) -> None:
    reply = await site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    path = f"/api/v1/executions/{reply.json()['executionId']}?wait=1"
    status = await site.client.get(path)
    assert status.json()["status"] in ("PENDING", "RUNNING")


async def test_history_pages_meet_without_overlap(any_site: Site) -> None:
    made = [
        (
            await any_site.client.post("/api/v1/executions", json={**TEXTS, "prompts": [str(i)]})
        ).json()["executionId"]
        for i in range(5)
    ]
    seen: list[str] = []
    path: str | None = "/api/v1/executions?limit=2"
    while path:
        reply = await any_site.client.get(path)
        assert isinstance(reply.json(), list)
        seen += [one["executionId"] for one in reply.json()]
        path = str(reply.links["next"]["url"]) if "next" in reply.links else None
    assert seen == made[::-1]
    none = await any_site.client.get("/api/v1/executions?status=CANCELLED")
    assert none.json() == []
    assert (await any_site.client.get("/api/v1/executions?status=GONE")).status_code == 400
    assert (await any_site.client.get("/api/v1/executions?since=yesterday")).status_code == 400


def told(text: str) -> list[dict[str, Any]]:
    """The events of a stream that have a number."""
    found: list[dict[str, Any]] = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        if "id" in fields:
            data = orjson.loads(fields["data"])
            assert (data["type"], str(data["seq"])) == (fields["event"], fields["id"])
            found.append(data)
    return found


async def read_until(client: httpx.AsyncClient, path: str, count: int, last: int) -> str:
    """Leave the stream in its midst, as a lost connection would."""
    text = ""
    headers = {"Last-Event-ID": str(last)} if last else {}
    async with client.stream("GET", path, headers=headers) as reply:
        assert reply.headers["content-type"].startswith("text/event-stream")
        async for chunk in reply.aiter_text():
            text += chunk
            if text.count("\nid: ") >= count:
                break
    return text[: text.rfind("\n\n") + 2]


async def test_a_stream_that_is_resumed_has_no_gap_and_no_double(any_site: Site) -> None:
    async with served(any_site) as client:
        prompts = [f"p{i}" for i in range(30)]
        reply = await client.post("/api/v1/executions", json={**TEXTS, "prompts": prompts})
        path = f"/api/v1/executions/{reply.json()['executionId']}/events"
        events: list[dict[str, Any]] = []
        async with asyncio.timeout(30):
            while not events or events[-1]["type"] != "execution.completed":
                last = events[-1]["seq"] if events else 0
                events += told(await read_until(client, path, 7, last))
        ended = await client.get(path, headers={"Last-Event-ID": str(events[-1]["seq"])})
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[0]["type"] == "execution.started"
    assert sum(event["type"] == "item.completed" for event in events) == 30
    assert ended.status_code == 204


async def test_a_closing_server_ends_its_streams_at_once(site: Site) -> None:
    reply = await site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    path = f"/api/v1/executions/{reply.json()['executionId']}/events"
    async with asyncio.timeout(5):
        async with served(site) as client, client.stream("GET", path) as stream:
            chunks = stream.aiter_text()
            assert "retry" in await anext(chunks)


async def test_steps_sum_the_nodes_over_all_items(any_site: Site) -> None:
    status = await any_site.finished({"prompts": ["a", "b", "c"]})
    reply = await any_site.client.get(f"/api/v1/executions/{status['executionId']}/steps")
    step = reply.json()["steps"][0]
    assert (step["nodeId"], step["number"], step["counts"]) == ("prompt", 1, {"completed": 3})
