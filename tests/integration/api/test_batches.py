"""Batches: rolled up, listed, and their results in three forms."""

import csv
import io
from typing import Any

import orjson

from tests.integration.api.conftest import PICTURES, TEXTS, Site

BATCHES = "/api/v1/batches"


async def ended(site: Site, body: dict[str, Any], graph: dict[str, Any] = TEXTS) -> str:
    """The id of a batch that has run to its end."""
    return (await site.finished(body, graph))["batchId"]


async def test_a_batch_tells_counts_money_and_runs_in_pages(any_site: Site) -> None:
    batch = await ended(any_site, {"prompts": ["a", "b", "c"]}, PICTURES)
    body = (await any_site.client.get(f"{BATCHES}/{batch}?limit=2")).json()
    assert (body["batchId"], body["status"], body["outcome"]) == (batch, "COMPLETED", "all")
    assert (body["counts"]["total"], body["counts"]["completed"]) == (3, 3)
    money = body["credits"]
    assert (money["estimated"], money["charged"], money["reserved"]) == (3, 3, 0)
    assert money["refunded"] == 0
    assert [run["runIndexInBatch"] for run in body["runs"]] == [0, 1]
    assert [run["creditsUsed"] for run in body["runs"]] == [1, 1]
    rest = (await any_site.client.get(f"{BATCHES}/{batch}?cursor={body['nextCursor']}")).json()
    assert [run["runIndexInBatch"] for run in rest["runs"]] == [2]
    assert rest["hasMore"] is False


async def test_an_unknown_batch_an_item_and_a_strangers_batch_are_404(site: Site) -> None:
    started = (
        await site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    ).json()
    item, headers = started["executionRuns"][0]["id"], await site.stranger()
    for path in (f"{BATCHES}/exe_none", f"{BATCHES}/{item}", f"{BATCHES}/{item}/results"):
        reply = await site.client.get(path)
        assert (reply.status_code, reply.json()["code"]) == (404, "batch_not_found")
    for path in (f"{BATCHES}/{started['batchId']}", f"{BATCHES}/{started['batchId']}/results"):
        assert (await site.client.get(path, headers=headers)).status_code == 404


async def test_results_come_as_json_with_pictures_and_seeds(any_site: Site) -> None:
    items = [{"key": f"k{n}", "inputs": {"prompt": "amber"}, "seed": n} for n in range(3)]
    batch = await ended(any_site, {"items": items}, PICTURES)
    first = (await any_site.client.get(f"{BATCHES}/{batch}/results?limit=2")).json()
    assert [(row["key"], row["seed"]) for row in first["results"]] == [("k0", 0), ("k1", 1)]
    picture = first["results"][0]["outputs"][0]
    assert (picture["width"], picture["height"]) == (64, 80)
    got = await any_site.client.get(picture["url"].replace("http://127.0.0.1:8787", ""))
    assert got.status_code == 200
    path = f"{BATCHES}/{batch}/results?limit=2&cursor={first['nextCursor']}"
    rest = (await any_site.client.get(path)).json()
    assert [row["key"] for row in rest["results"]] == ["k2"]
    assert rest["nextCursor"] is None


async def test_results_stream_whole_as_ndjson(any_site: Site) -> None:
    batch = await ended(any_site, {"prompts": [f"p{n}" for n in range(450)]})
    reply = await any_site.client.get(
        f"{BATCHES}/{batch}/results", headers={"Accept": "application/x-ndjson"}
    )
    rows = [orjson.loads(line) for line in reply.text.splitlines()]
    assert reply.headers["content-type"].startswith("application/x-ndjson")
    assert [row["runIndexInBatch"] for row in rows] == list(range(450))
    assert [row["text"] for row in rows] == [f"p{n}" for n in range(450)]


async def test_results_stream_as_csv_that_runs_no_formula(any_site: Site) -> None:
    prompts = ["=1+1", 'a "quoted", text', "line\nbreak", "größe"]
    items: list[Any] = [{"key": f"{n}", "inputs": {"prompt": one}} for n, one in enumerate(prompts)]
    batch = await ended(any_site, {"items": items})
    reply = await any_site.client.get(f"{BATCHES}/{batch}/results?format=csv")
    assert reply.headers["content-disposition"].endswith('.csv"')
    rows = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))
    assert [row["inputs.prompt"] for row in rows] == ["'=1+1", *prompts[1:]]
    assert [row["text"] for row in rows] == ["'=1+1", *prompts[1:]]
    assert {row["status"] for row in rows} == {"COMPLETED"}


async def test_inputs_that_only_later_rows_have_are_not_lost_in_csv(working_site: Site) -> None:
    mood = {"id": "mood", "data": {"nodeType": "input:text", "label": "Mood", "prompt": "calm"}}
    graph = {"nodes": [*TEXTS["nodes"], mood], "edges": []}
    rows: list[dict[str, str]] = [{"prompt": "a"}] * 200 + [{"prompt": "b", "Mood": "wild"}]
    batch = await ended(working_site, {"inputs": rows}, graph)
    reply = await working_site.client.get(f"{BATCHES}/{batch}/results?format=csv")
    read = list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))
    assert (len(read), read[-1]["otherInputs"]) == (201, '{"Mood":"wild"}')


async def test_a_format_that_is_none_is_refused(site: Site) -> None:
    started = (
        await site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    ).json()
    reply = await site.client.get(f"{BATCHES}/{started['batchId']}/results?format=xml")
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_parameter")


async def test_lists_are_filtered_by_tag_batch_workflow_state_and_time(any_site: Site) -> None:
    workflow = await any_site.workflow()
    path = f"/api/v1/workflows/{workflow}/execute"
    spring = {"prompts": ["a"], "tags": ["spring", 'o"dd']}
    first = (await any_site.client.post(path, json=spring)).json()["executionId"]
    await any_site.client.get(f"/api/v1/executions/{first}?wait=20")
    second = await ended(any_site, {"prompts": ["b"], "tags": ["autumn"]})

    async def listed(query: str, base: str = "/api/v1/executions") -> list[str]:
        reply = await any_site.client.get(f"{base}?{query}")
        assert reply.status_code == 200, reply.text
        return [row["id"] for row in reply.json()]

    assert await listed("") == [second, first]
    assert await listed("tag=spring") == [first]
    assert await listed("tag=o%22dd") == [first]
    assert await listed("tag=sprin") == []
    assert await listed(f"batchId={second}") == [second]
    assert await listed(f"workflowId={workflow}") == [first]
    assert await listed("", f"/api/v1/workflows/{workflow}/executions") == [first]
    assert await listed("status=COMPLETED&tag=autumn", "/api/v1/workflows/executions") == [second]
    assert await listed("status=IN_PROGRESS") == []
    assert await listed("since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z") == []
    page = await any_site.client.get("/api/v1/executions?limit=1")
    assert await listed(f"limit=1&cursor={page.headers['x-next-cursor']}") == [first]
    assert (await any_site.client.get("/api/v1/executions?status=DONE")).status_code == 400
