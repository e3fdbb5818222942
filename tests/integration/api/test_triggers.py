"""Triggers over HTTP: who may pull them, under which address, and who owns them."""

import asyncio

from sqlalchemy import select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.workflows import triggers
from tests.integration.api.conftest import TEXTS, Site
from tests.integration.api.pulling import make, pull, started, stranger


async def test_whoever_knows_the_address_starts_the_workflow_and_sees_it_end(
    any_site: Site,
) -> None:
    made = await make(any_site)
    reply = await pull(any_site, made)
    body = reply.json()
    assert reply.status_code == 202, reply.text
    assert (body["status"], body["warnings"]) == ("queued", [])
    path = body["statusUrl"].removeprefix(any_site.house.public_url)
    async with stranger(any_site) as client, asyncio.timeout(20):
        while (status := (await client.get(path)).json())["status"] != "COMPLETED":  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert status["executionRuns"][0]["inputs"] == {"prompt": "amber"}
    (row,) = await started(any_site)
    assert (row["source"], row["key_id"]) == ("webhook", made["id"])
    assert row["trigger_data"] == {"prompt": "amber"}


async def test_every_spelling_of_the_address_works(site: Site) -> None:
    made = await make(site, dedupeSeconds=0)
    async with stranger(site) as client:
        for base in ("", "/api/v1"):
            for noun in ("workflow", "workflows"):
                path = f"{base}/{noun}/{made['webhookId']}/trigger"
                assert (await client.post(path, json={"prompt": "a"})).status_code == 202
                look = await client.get(path)
                assert look.status_code == 200
                assert look.json()["isActive"] is True
                assert (look.json()["name"], look.json()["workflowId"]) == ("W", made["workflowId"])
    assert len(await started(site)) == 4


async def test_unknown_disabled_and_the_workflows_own_id_look_the_same(site: Site) -> None:
    off = await make(site, enabled=False)
    gone = await make(site)
    await site.client.delete(f"/api/v1/workflows/{gone['workflowId']}/triggers/{gone['id']}")
    addresses = [off["webhookId"], gone["webhookId"], off["workflowId"], off["id"], "whk_0", "%00"]
    seen: set[bytes] = set()
    async with stranger(site) as client:
        for address in addresses:
            for method in ("GET", "POST"):
                path = f"/api/v1/workflow/{address}/trigger"
                reply = await client.request(method, path, headers={"X-Request-Id": "r"})
                assert reply.status_code == 404
                seen.add(reply.content)
    assert len(seen) == 1
    assert await started(site) == []


async def test_a_trigger_is_off_until_it_is_enabled(site: Site) -> None:
    workflow = await site.workflow()
    path = f"/api/v1/workflows/{workflow}/triggers"
    made = (await site.client.post(path, json={})).json()
    assert made["enabled"] is False
    assert (await pull(site, made)).status_code == 404
    assert (await site.client.post(f"{path}/{made['id']}/enable")).json()["enabled"] is True
    assert (await pull(site, made)).status_code == 202
    await site.client.post(f"{path}/{made['id']}/disable")
    assert (await pull(site, made)).status_code == 404


async def test_the_address_is_shown_once_and_stored_as_a_hash(site: Site) -> None:
    made = await make(site, signed=True)
    assert len(made["webhookId"]) >= 4 + 32
    assert made["url"].endswith(f"/api/v1/workflow/{made['webhookId']}/trigger")
    path = f"/api/v1/workflows/{made['workflowId']}/triggers"
    for reply in (await site.client.get(path), await site.client.get(f"{path}/{made['id']}")):
        assert made["webhookId"] not in reply.text
        assert made["secret"] not in reply.text
    rows = await site.house.parts.database.fetch(Statement(select(triggers)))
    assert made["webhookId"] not in str(rows)
    assert made["secret"].removeprefix("whsec_") not in str(rows)


async def test_rotation_ends_the_old_address_at_once(site: Site) -> None:
    made = await make(site, signed=True)
    path = f"/api/v1/workflows/{made['workflowId']}/triggers/{made['id']}/rotate"
    new = (await site.client.post(path)).json()
    headers = {"X-Webhook-Secret": new["secret"]}
    assert (await pull(site, made, json={}, headers=headers)).status_code == 404
    assert (await pull(site, new, json={"prompt": "a"}, headers=headers)).status_code == 202
    old = {"X-Webhook-Secret": made["secret"]}
    assert (await pull(site, new, json={"prompt": "a"}, headers=old)).status_code == 401


async def test_an_inactive_workflow_says_so(site: Site) -> None:
    made = await make(site)
    await site.client.post(
        "/api/v1/workflows",
        json={"id": made["workflowId"], "name": "W", "isActive": False, **TEXTS},
    )
    refused = await pull(site, made)
    assert (refused.status_code, refused.json()["code"]) == (400, "workflow_inactive")
    async with stranger(site) as client:
        look = await client.get(f"/workflow/{made['webhookId']}/trigger")
    assert look.json()["isActive"] is False
