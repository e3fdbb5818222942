"""How often triggers may be pulled, what they may cost, and what a caller sees after."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from pixelmill.kit.clock import ManualClock
from pixelmill.services.status_links import BadStatusLink, open_status_link
from tests.integration.api.conftest import PICTURES, Site, site_on
from tests.integration.api.pulling import make, pull, started, stranger


async def test_the_same_body_within_the_window_gives_the_first_answer(
    database_url: str, tmp_path: Path
) -> None:
    async with site_on(database_url, tmp_path) as site:
        made = await make(site, dedupeSeconds=600)
        replies = await asyncio.gather(*(pull(site, made) for _ in range(20)))
        assert {reply.status_code for reply in replies} == {202}
        assert len({reply.content for reply in replies}) == 1
        assert sum("idempotent-replayed" not in reply.headers for reply in replies) == 1
        await pull(site, made, json={"prompt": "other"})
        assert len(await started(site)) == 2


async def test_an_idempotency_key_replays_and_belongs_to_its_trigger(site: Site) -> None:
    made = await make(site, dedupeSeconds=0)
    key = {"Idempotency-Key": "order-1"}
    first = await pull(site, made, json={"prompt": "a"}, headers=key)
    again = await pull(site, made, json={"prompt": "a"}, headers=key)
    other = await pull(site, made, json={"prompt": "b"}, headers=key)
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reuse")
    second = await make(site, dedupeSeconds=0)
    assert (await pull(site, second, json={"prompt": "a"}, headers=key)).status_code == 202
    assert len(await started(site)) == 2


async def test_a_trigger_has_a_rate_limit_of_its_own(any_site: Site) -> None:
    made = await make(any_site, callsPerMinute=5, dedupeSeconds=0)
    replies = await asyncio.gather(
        *(pull(any_site, made, json={"prompt": str(n)}) for n in range(12))
    )
    refused = [reply for reply in replies if reply.status_code == 429]
    assert len(refused) == 7
    assert {reply.json()["code"] for reply in refused} == {"trigger_rate_limited"}
    assert all(0 < int(reply.headers["retry-after"]) <= 61 for reply in refused)
    assert len(await started(any_site)) == 5


async def test_a_day_costs_no_more_than_its_cap(database_url: str, tmp_path: Path) -> None:
    async with site_on(database_url, tmp_path, plan="enterprise", credits_=100) as site:
        made = await make(site, graph=PICTURES, creditsPerDay=3, dedupeSeconds=0)
        replies = await asyncio.gather(
            *(pull(site, made, json={"prompt": str(n)}) for n in range(8))
        )
        codes = [reply.status_code for reply in replies]
        assert (codes.count(202), codes.count(429)) == (3, 5)
        path = f"/api/v1/workflows/{made['workflowId']}/triggers/{made['id']}"
        assert (await site.client.get(path)).json()["creditsUsedToday"] == 3


async def test_a_refused_execution_costs_the_trigger_nothing(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with site_on(sqlite_url, tmp_path, plan="enterprise", credits_=0) as site:
        made = await make(site, graph=PICTURES, creditsPerDay=3)
        assert (await pull(site, made)).status_code == 402
        path = f"/api/v1/workflows/{made['workflowId']}/triggers/{made['id']}"
        assert (await site.client.get(path)).json()["creditsUsedToday"] == 0


async def test_the_status_link_opens_one_execution_for_a_day(site: Site) -> None:
    made = await make(site, dedupeSeconds=0)
    first, second = (await pull(site, made)).json(), (await pull(site, made)).json()
    token = first["statusUrl"].split("token=")[1]
    async with stranger(site) as client:
        path = f"/api/v1/executions/{first['executionId']}/receipt"
        assert (await client.get(path, params={"token": token})).status_code == 200
        other = f"/api/v1/executions/{second['executionId']}/receipt"
        for wrong, given in ((other, token), (path, ""), (path, token + "x"), (path, "1.é")):
            reply = await client.get(wrong, params={"token": given})
            assert reply.status_code == 401
        poll = f"/api/v1/executions/{first['executionId']}/poll"
        assert (await client.get(poll, params={"token": token})).status_code == 401
    now = site.house.parts.clock.now_ms()
    for hours, opens in ((23.9, True), (24.1, False)):
        clock = ManualClock(now + round(hours * 3_600_000))
        house = replace(site.house, parts=replace(site.house.parts, clock=clock))
        if opens:
            await open_status_link(house, first["executionId"], token)
        else:
            with pytest.raises(BadStatusLink):
                await open_status_link(house, first["executionId"], token)


async def test_a_browser_gets_a_receipt_page_and_any_origin_may_ask(site: Site) -> None:
    made = await make(site)
    page = await pull(
        site,
        made,
        data={"prompt": "a", "<script>": "1"},
        headers={"Accept": "text/html,application/xhtml+xml"},
    )
    assert page.status_code == 202
    assert page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text
    assert "/receipt?token=" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    refused = await pull(site, made, content=b"x", headers={"Accept": "text/html"})
    assert (refused.status_code, refused.headers["content-type"][:9]) == (415, "text/html")
    async with stranger(site) as client:
        path = f"/workflow/{made['webhookId']}/trigger"
        preflight = await client.options(
            path,
            headers={"Origin": "https://shop.test", "Access-Control-Request-Method": "POST"},
        )
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]


async def test_settings_are_checked_and_belong_to_their_workspace(site: Site) -> None:
    made = await make(site)
    path = f"/api/v1/workflows/{made['workflowId']}/triggers"
    for body in (
        {"callsPerMinute": 0},
        {"dedupeSeconds": 3601},
        {"creditsPerDay": -1},
        {"colour": "red"},
    ):
        assert (await site.client.post(path, json=body)).status_code == 422
    changed = await site.client.patch(f"{path}/{made['id']}", json={"creditsPerDay": 2.5})
    assert (changed.json()["creditsPerDay"], changed.json()["enabled"]) == (2.5, True)
    theirs = await site.stranger()
    for method, where in (
        ("GET", path),
        ("GET", f"{path}/{made['id']}"),
        ("POST", f"{path}/{made['id']}/rotate"),
        ("DELETE", f"{path}/{made['id']}"),
    ):
        reply = await site.client.request(method, where, headers=theirs)
        assert reply.status_code == 404
    assert (await pull(site, made)).status_code == 202
