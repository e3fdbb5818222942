"""Estimates: priced as execute would, and nothing is started or held."""

from pathlib import Path
from typing import Any

from tests.integration.api.conftest import PICTURES, TEXTS, Site, site_on
from tests.integration.api.test_execute import count


async def estimated(site: Site, workflow: str, body: dict[str, Any]) -> dict[str, Any]:
    """The data of an estimate."""
    reply = await site.client.post(f"/api/v1/workflows/{workflow}/estimate", json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()["data"]


async def test_an_empty_body_is_priced_as_one_item_and_says_what_is_missing(site: Site) -> None:
    workflow = await site.workflow(PICTURES)
    data = await estimated(site, workflow, {})
    assert (data["workflowId"], data["estimatedCredits"], data["runCount"]) == (workflow, 1, 1)
    assert (data["availableCredits"], data["sufficient"]) == (None, True)
    assert data["estimateComplete"] is True
    (line,) = data["breakdown"]
    assert (line["nodeId"], line["credits"], line["unitCredits"]) == ("gen", 1, 1)
    assert [one["rule"] for one in data["warnings"]] == ["missing-input"]
    assert await count(site) == 0


async def test_every_item_is_priced_by_its_own_overrides(site: Site) -> None:
    workflow = await site.workflow(PICTURES)
    items = [
        {"inputs": {"prompt": "a"}},
        {"key": "four", "inputs": {"prompt": "b"}, "overrides": {"gen": {"num_images": 4}}},
    ]
    data = await estimated(site, workflow, {"items": items})
    assert [(one["key"], one["credits"]) for one in data["items"]] == [(None, 1), ("four", 4)]
    assert (data["estimatedCredits"], data["breakdown"][0]["iterations"]) == (5, 5)


async def test_a_charged_plan_is_told_whether_its_credits_suffice(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with site_on(sqlite_url, tmp_path, plan="pro", credits_=2) as site:
        workflow = await site.workflow(PICTURES)
        two = await estimated(site, workflow, {"prompts": ["a", "b"]})
        three = await estimated(site, workflow, {"prompts": ["a", "b", "c"]})
        free = await estimated(site, workflow, {"prompts": ["a", "b", "c"], "simulate": True})
    assert (two["availableCredits"], two["sufficient"]) == (2, True)
    assert (three["estimatedCredits"], three["sufficient"]) == (3, False)
    assert (free["estimatedCredits"], free["sufficient"]) == (0, True)


async def test_known_results_cost_nothing(any_site: Site) -> None:
    workflow = await any_site.workflow(PICTURES)
    body = {"prompts": ["amber", "blue"], "baseSeed": 7}
    reply = await any_site.client.post(f"/api/v1/workflows/{workflow}/execute", json=body)
    await any_site.client.get(f"/api/v1/executions/{reply.json()['executionId']}?wait=30")
    data = await estimated(any_site, workflow, {"prompts": ["amber", "new"], "baseSeed": 7})
    assert [one["credits"] for one in data["items"]] == [0, 1]
    assert (data["estimatedCredits"], data["cachedNodeRuns"]) == (1, 1)
    for changes in ({"force": True}, {"cache": "refresh"}, {"baseSeed": 8}):
        assert (await estimated(any_site, workflow, {**body, **changes}))["estimatedCredits"] == 2
    fresh = await estimated(any_site, workflow, {"prompts": ["amber"]})
    assert fresh["estimatedCredits"] == 1


async def test_what_execute_would_refuse_is_refused(site: Site) -> None:
    workflow = await site.workflow(TEXTS)
    for body, status in (
        ({"prompts": []}, 422),
        ({"inputs": {"promt": "a"}}, 400),
        ({"targetNodeId": "gone"}, 422),
        ({"prompt": "a"}, 422),
    ):
        reply = await site.client.post(f"/api/v1/workflows/{workflow}/estimate", json=body)
        assert reply.status_code == status, reply.text
