"""A target runs alone: what is above it and was paid before is taken over."""

from typing import Any

from tests.integration.api.conftest import PICTURES, TEXT, Site

CHAIN: dict[str, Any] = {
    "nodes": [
        *PICTURES["nodes"],
        {"id": "small", "data": {"nodeType": "edit:resize", "label": "S"}},
    ],
    "edges": [*PICTURES["edges"], {"id": "e2", "source": "gen", "target": "small"}],
}


async def executed(site: Site, workflow: str, body: dict[str, Any]) -> dict[str, Any]:
    """The answer of execute, and beside it the status at the end by node."""
    reply = await site.client.post(f"/api/v1/workflows/{workflow}/execute", json=body)
    assert reply.status_code == 201, reply.text
    path = f"/api/v1/executions/{reply.json()['executionId']}?wait=30"
    status = (await site.client.get(path)).json()
    runs = {run["nodeId"]: run for run in status["nodeResults"]["nodeRuns"]}
    return {**reply.json(), "final": status, "runs": runs}


def chain(prompt: str, width: int = 32) -> dict[str, Any]:
    """The chain with a prompt of its own, as the canvas would save it."""
    text = {"id": "prompt", "data": {**TEXT["data"], "params": {"prompt": prompt}}}
    small = {"id": "small", "data": {"nodeType": "edit:resize", "label": "S"}}
    small["data"] = {"nodeType": "edit:resize", "label": "S", "params": {"width": width}}  # type: ignore[dict-item]
    return {"nodes": [text, PICTURES["nodes"][1], small], "edges": CHAIN["edges"]}


async def test_a_target_takes_over_what_was_paid_above_it(any_site: Site) -> None:
    workflow = await any_site.workflow(chain("amber"))
    first = await executed(any_site, workflow, {})
    again = await executed(any_site, workflow, {"targetNodeId": "small"})
    assert again["final"]["status"] == "COMPLETED"
    assert again["creditsQuoted"] == 0
    assert again["staleDependencies"] == []
    taken, paid = again["runs"]["gen"], first["runs"]["gen"]
    assert (taken["cached"], taken["credits"], taken["creditsSaved"]) == (True, 0, 1)
    assert taken["output"]["images"][0]["assetId"] == paid["output"]["images"][0]["assetId"]


async def test_a_stale_result_is_taken_and_named(any_site: Site) -> None:
    workflow = await any_site.workflow(chain("amber"))
    await executed(any_site, workflow, {})
    changed = chain("blue")
    changed["nodes"][1] = {
        "id": "gen",
        "data": {
            **PICTURES["nodes"][1]["data"],
            "params": {"image_size": {"width": 96, "height": 96}},
        },
    }
    body = {**changed, "targetNodeId": "small"}
    found = await executed(any_site, workflow, body)
    assert found["staleDependencies"] == [
        {"nodeId": "gen", "changedKeys": ["image_size", "prompt"]}
    ]
    estimate = await any_site.client.post(f"/api/v1/workflows/{workflow}/estimate", json=body)
    data = estimate.json()["data"]
    assert (data["estimatedCredits"], data["staleDependencies"]) == (0, found["staleDependencies"])


async def test_force_pays_again(working_site: Site) -> None:
    workflow = await working_site.workflow(chain("amber"))
    await executed(working_site, workflow, {})
    found = await executed(working_site, workflow, {"targetNodeId": "small", "force": True})
    assert (found["creditsQuoted"], found["runs"]["gen"]["cached"]) == (1, False)


async def test_items_with_inputs_of_their_own_take_only_results_of_the_same_inputs(
    working_site: Site,
) -> None:
    workflow = await working_site.workflow(CHAIN)
    await executed(working_site, workflow, {"prompts": ["amber", "blue"]})
    body = {"prompts": ["blue", "green"], "targetNodeId": "small"}
    found = await executed(working_site, workflow, body)
    assert (found["creditsQuoted"], found["final"]["creditsUsed"]) == (1, 1)
    assert found["staleDependencies"] == []


async def test_the_target_itself_is_always_made_anew(working_site: Site) -> None:
    workflow = await working_site.workflow(chain("amber"))
    await executed(working_site, workflow, {})
    found = await executed(working_site, workflow, {"targetNodeId": "gen"})
    assert (found["creditsQuoted"], found["runs"]["gen"]["cached"]) == (1, False)
    assert set(found["runs"]) == {"prompt", "gen"}
