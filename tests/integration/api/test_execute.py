"""Execute: accepted once per key, refused in words, and never half."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions
from tests.integration.api.conftest import TEXT, TEXTS, Site, site_on

EXECUTIONS = "/api/v1/executions"


async def count(site: Site) -> int:
    rows = await site.house.parts.database.fetch(
        Statement(select(func.count().label("n")).select_from(executions))
    )
    return rows[0]["n"]


async def test_an_execution_is_accepted_with_its_ids_in_every_spelling(site: Site) -> None:
    workflow = await site.workflow()
    reply = await site.client.post(
        f"/api/v1/workflows/{workflow}/execute", json={"inputs": {"prompt": "amber"}}
    )
    body = reply.json()
    assert reply.status_code == 201
    assert reply.headers["location"].endswith(f"/api/v1/executions/{body['executionId']}")
    assert body["batchId"] == body["executionId"] == body["data"]["executionId"]
    run = body["executionRuns"][0]
    assert (run["runIndexInBatch"], run["inputIndex"]) == (0, 0)
    assert run["batchId"] == body["batchId"]


async def test_nodes_and_edges_replace_the_saved_graph_for_this_run(any_site: Site) -> None:
    workflow = await any_site.workflow()
    other = {"id": "other", "data": {"nodeType": "input:text", "label": "Other"}}
    reply = await any_site.client.post(
        f"/api/v1/workflows/{workflow}/execute",
        json={"nodes": [other], "edges": [], "inputs": {"other": "x"}},
    )
    status = await any_site.client.get(f"{EXECUTIONS}/{reply.json()['executionId']}?wait=20")
    assert [run["nodeId"] for run in status.json()["nodeResults"]["nodeRuns"]] == ["other"]
    saved = await any_site.client.get(f"/api/v1/workflows/{workflow}")
    assert saved.json()["nodes"] == [TEXT]


async def test_the_same_key_and_request_give_the_same_bytes_again(any_site: Site) -> None:
    async def post(body: dict[str, Any], key: str) -> Any:
        return await any_site.client.post(EXECUTIONS, json=body, headers={"Idempotency-Key": key})

    first = await post({**TEXTS, "prompts": ["a", "b"]}, "order-1")
    # Another order of the fields is the same request, and a quoted key the same key.
    again = await post({"prompts": ["a", "b"], **TEXTS}, '"order-1"')
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert "idempotent-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    other = await post({**TEXTS, "prompts": ["c"]}, "order-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reuse")
    assert await count(any_site) == 1


async def test_a_replay_does_not_depend_on_the_workflow_any_more(site: Site) -> None:
    workflow = await site.workflow()
    path, headers = f"/api/v1/workflows/{workflow}/execute", {"Idempotency-Key": "k"}
    first = await site.client.post(path, json={"prompts": ["a"]}, headers=headers)
    await site.client.post(
        "/api/v1/workflows", json={"id": workflow, "name": "W", "isActive": False, **TEXTS}
    )
    again = await site.client.post(path, json={"prompts": ["a"]}, headers=headers)
    fresh = await site.client.post(path, json={"prompts": ["a"]})
    assert again.content == first.content
    assert (fresh.status_code, fresh.json()["code"]) == (400, "workflow_inactive")


async def test_a_refused_input_does_not_burn_the_key(site: Site) -> None:
    headers = {"Idempotency-Key": "k"}
    refused = await site.client.post(
        EXECUTIONS, json={**TEXTS, "inputs": {"nonsense": 1}}, headers=headers
    )
    accepted = await site.client.post(
        EXECUTIONS, json={**TEXTS, "inputs": {"prompt": "a"}}, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (400, "unknown_input")
    assert accepted.status_code == 201


async def test_fifty_parallel_requests_with_one_key_make_one_execution(any_site: Site) -> None:
    async def post() -> Any:
        return await any_site.client.post(
            EXECUTIONS, json={**TEXTS, "prompts": ["a"]}, headers={"Idempotency-Key": "once"}
        )

    replies = await asyncio.gather(*(post() for _ in range(50)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert sum("idempotent-replayed" not in reply.headers for reply in replies) == 1
    assert await count(any_site) == 1


@pytest.mark.parametrize("key", ["", " ", "ü", "a b", "x" * 256])
async def test_a_key_that_is_none_is_refused(site: Site, key: str) -> None:
    reply = await site.client.post(
        EXECUTIONS, json={**TEXTS, "prompts": ["a"]}, headers=[(b"Idempotency-Key", key.encode())]
    )
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_idempotency_key")


@pytest.mark.parametrize(
    ("field", "value"),
    [("prompt", "x"), ("maxCosts", 5), ("nodeOverides", {}), ("__proto__", {})],
)
async def test_unknown_fields_are_refused_by_name(site: Site, field: str, value: Any) -> None:
    reply = await site.client.post(EXECUTIONS, json={**TEXTS, field: value})
    body = reply.json()
    assert (reply.status_code, body["code"]) == (422, "invalid_field")
    assert body["details"][0]["path"] == field
    assert await count(site) == 0


async def test_a_near_miss_is_told_the_right_name(site: Site) -> None:
    reply = await site.client.post(EXECUTIONS, json={**TEXTS, "nodeOverides": {}})
    assert "nodeOverrides" in reply.json()["details"][0]["message"]


async def test_short_of_credit_is_402_with_a_breakdown_and_nothing_runs(
    sqlite_url: str, tmp_path: Path
) -> None:
    sketch = {"id": "g", "data": {"nodeType": "generate:sketch", "label": "Generate"}}
    async with site_on(sqlite_url, tmp_path, plan="pro", credits_=3) as site:
        body = {"nodes": [sketch], "edges": [], "prompts": ["a"] * 4}
        headers = {"Idempotency-Key": "k"}
        reply = await site.client.post(EXECUTIONS, json=body, headers=headers)
        told = reply.json()
        assert reply.status_code == 402
        assert (told["requiredCredits"], told["availableCredits"]) == (4, 3)
        assert told["insufficientCredits"] is True
        assert told["breakdown"][0]["credits"] == told["breakdown"][0]["cost"] == 4
        assert await count(site) == 0


async def test_the_eleventh_execution_of_a_minute_is_429_with_headers(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with site_on(sqlite_url, tmp_path, plan="pro") as site:
        replies = [
            await site.client.post(EXECUTIONS, json={**TEXTS, "prompts": ["a"]}) for _ in range(11)
        ]
    last = replies[-1]
    assert [reply.status_code for reply in replies] == [201] * 10 + [429]
    assert [int(reply.headers["x-ratelimit-remaining"]) for reply in replies[:10]] == list(
        range(9, -1, -1)
    )
    assert last.headers["x-ratelimit-limit"] == "10"
    assert last.headers["x-ratelimit-resource"] == "executions"
    assert 1 <= int(last.headers["retry-after"]) <= 61
    assert last.json()["retryAfter"] == int(last.headers["x-ratelimit-reset"])


async def test_a_plan_without_limits_sends_no_window(site: Site) -> None:
    reply = await site.client.post(EXECUTIONS, json={**TEXTS, "prompts": ["a"]})
    assert not [name for name in reply.headers if name.startswith("x-ratelimit")]
