"""Run: a workflow described by its inputs and called over them."""

from typing import Any

from sqlalchemy import bindparam, update

from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions
from pixelmill.db.tables.workflows import workflows
from tests.integration.api.conftest import PICTURES, SKETCH, TEXT, Site
from tests.integration.api.test_execute import count

PUBLISH = Statement(
    update(workflows)
    .where(workflows.c.id == bindparam("b_id"))
    .values(exposed_inputs=bindparam("exposed_inputs"))
)


async def publish(site: Site, workflow: str, inputs: list[Any]) -> None:
    """Write down what the author publishes."""

    def script() -> Script[None]:
        yield from write(PUBLISH, [{"b_id": workflow, "exposed_inputs": inputs}])

    await site.house.parts.database.transact(script())


async def test_a_workflow_describes_its_inputs_with_an_example_that_runs(site: Site) -> None:
    workflow = await site.workflow(PICTURES)
    path = f"/api/v1/workflows/{workflow}/run"
    data = (await site.client.get(path)).json()["data"]
    assert (data["workflowId"], data["workflowName"], data["method"]) == (workflow, "W", "POST")
    assert data["endpoint"].endswith(path)
    (one,) = data["inputs"]
    assert (one["nodeId"], one["label"], one["type"]) == ("prompt", "Prompt", "text")
    assert list(data["example"]["inputs"]) == ["prompt"]
    assert (await site.client.post(path, json=data["example"])).status_code == 202


async def test_run_answers_202_with_the_id_flat_and_in_data(any_site: Site) -> None:
    workflow = await any_site.workflow()
    reply = await any_site.client.post(
        f"/api/v1/workflows/{workflow}/run", json={"inputs": {"prompt": "amber"}}
    )
    body = reply.json()
    assert reply.status_code == 202
    assert body["data"] == {"executionId": body["executionId"], "status": "RUNNING"}
    assert reply.headers["location"].endswith(body["executionId"])
    status = await any_site.client.get(f"/api/v1/executions/{body['executionId']}?wait=20")
    assert (status.json()["status"], status.json()["trigger"]) == ("COMPLETED", "run")


async def test_run_asks_every_model_again_and_leaves_the_result_to_others(
    working_site: Site,
) -> None:
    workflow = await working_site.workflow(PICTURES)
    path = f"/api/v1/workflows/{workflow}/run"
    body = {"inputs": {"prompt": "amber"}, "baseSeed": 7}
    cached: list[bool] = []
    for way in ("run", "run", "execute"):
        reply = await working_site.client.post(path.replace("run", way), json=body)
        status = await working_site.client.get(
            f"/api/v1/executions/{reply.json()['executionId']}?wait=30"
        )
        runs = status.json()["nodeResults"]["nodeRuns"]
        cached += [run["cached"] for run in runs if run["nodeId"] == "gen"]
    assert cached == [False, False, True]


async def test_the_same_key_runs_once(site: Site) -> None:
    workflow = await site.workflow()
    path, headers = f"/api/v1/workflows/{workflow}/run", {"Idempotency-Key": "k"}
    first = await site.client.post(path, json={"inputs": {"prompt": "a"}}, headers=headers)
    again = await site.client.post(path, json={"inputs": {"prompt": "a"}}, headers=headers)
    other = await site.client.post(path, json={"inputs": {"prompt": "b"}}, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert await count(site) == 1


async def test_run_takes_no_graph_and_no_unknown_field(site: Site) -> None:
    workflow = await site.workflow()
    path = f"/api/v1/workflows/{workflow}/run"
    for body in ({"nodes": [TEXT]}, {"nodeOverrides": {}}, {"input": {"prompt": "a"}}):
        reply = await site.client.post(path, json=body)
        assert reply.status_code == 422
        assert next(iter(body)) in reply.json()["detail"]


async def test_published_inputs_are_named_and_ordered_by_the_author(site: Site) -> None:
    workflow = await site.workflow(PICTURES)
    await publish(
        site,
        workflow,
        [
            {"nodeId": "gen", "param": "image_size", "label": "Format"},
            {"nodeId": "prompt", "label": "What to draw", "required": True},
            "gone",
        ],
    )
    path = f"/api/v1/workflows/{workflow}/run"
    inputs = (await site.client.get(path)).json()["data"]["inputs"]
    assert [(one["label"], one["required"]) for one in inputs] == [
        ("Format", False),
        ("What to draw", True),
    ]
    size = {"width": 64, "height": 64}
    given = {"inputs": {"what-to-draw": "amber", "Format": size}}
    assert (await site.client.post(path, json=given)).status_code == 202
    missing = await site.client.post(path, json={"inputs": {"Format": size}})
    assert (missing.status_code, missing.json()["code"]) == (422, "missing_fields")


async def test_run_refuses_inputs_that_are_not_published_and_execute_takes_them(
    site: Site,
) -> None:
    mood = {"id": "mood", "data": {"nodeType": "input:text", "label": "Mood", "prompt": "calm"}}
    workflow = await site.workflow({"nodes": [TEXT, mood, SKETCH], "edges": PICTURES["edges"]})
    await publish(site, workflow, ["prompt"])
    body = {"inputs": {"prompt": "a", "mood": "wild"}}
    refused = await site.client.post(f"/api/v1/workflows/{workflow}/run", json=body)
    assert (refused.status_code, refused.json()["validKeys"]) == (400, ["Prompt"])
    taken = await site.client.post(f"/api/v1/workflows/{workflow}/execute", json=body)
    assert taken.status_code == 201


async def test_an_unknown_workflow_and_a_strangers_are_the_same_404(site: Site) -> None:
    workflow = await site.workflow()
    headers = await site.stranger()
    for method in ("GET", "POST"):
        theirs = await site.client.request(
            method, f"/api/v1/workflows/{workflow}/run", headers=headers
        )
        none = await site.client.request(method, "/api/v1/workflows/wf_none/run")
        assert (theirs.status_code, none.status_code) == (404, 404)


async def test_what_run_was_told_is_kept(site: Site) -> None:
    workflow = await site.workflow()
    await site.client.post(
        f"/api/v1/workflows/{workflow}/run",
        json={
            "inputs": {"prompt": "a"},
            "tags": ["spring"],
            "metadata": {"order": 7},
            "deadlineSeconds": 60,
            "maxCost": 2.5,
            "priority": 3,
            "callbackUrl": "https://example.com/hook",
            "callbackEvents": ["execution.completed"],
        },
    )
    rows = await site.house.parts.database.fetch(Statement(executions.select()))
    (row,) = rows
    assert (row["tags"], row["metadata"], row["priority"]) == (["spring"], {"order": 7}, 3)
    assert (row["max_cost"], row["callback_events"]) == (2500, ["execution.completed"])
    assert row["callback_url"] == "https://example.com/hook"
    assert 50_000 < row["deadline_at"] - row["created_at"] <= 60_000
