"""Webhook endpoints over the API: refused addresses, secrets, the log, resending, callbacks."""

from pathlib import Path
from typing import Any

import pytest

from pixelmill.db.tables.delivery import deliveries, delivery_attempts, endpoints
from pixelmill.services.access import create_key, create_workspace
from tests.integration.delivery.post_office import post_office
from tests.integration.delivery.receiver import receiving

PATH = "/api/v1/webhook-endpoints"
INNER = [
    "http://127.0.0.1/",
    "http://localhost/",
    "http://[::1]/",
    "http://10.0.0.1/hook",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://[::ffff:127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://example.com:22/",
    "http://user:pass@example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "//example.com/",
    "not a url",
    "http://",
]


@pytest.mark.parametrize("url", INNER)
async def test_no_inner_address_becomes_an_endpoint(
    sqlite_url: str, tmp_path: Path, url: str
) -> None:
    async with post_office(sqlite_url, tmp_path) as office:
        reply = await office.client.post(PATH, json={"url": url})
        assert (reply.status_code, reply.json()["code"]) == (422, "webhook_url_refused")
        good = await office.client.post(PATH, json={"url": "https://example.com/hook"})
        change = await office.client.patch(f"{PATH}/{good.json()['id']}", json={"url": url})
        assert change.status_code == 422
        assert len(await office.rows(endpoints)) == 1


async def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio
    import socket

    async def found(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    async with receiving() as canary, post_office(sqlite_url, tmp_path) as office:
        made = await office.client.post(
            PATH, json={"url": "http://rebound.example/", "events": ["*"]}
        )
        assert made.status_code == 201
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found, raising=False)
        await office.happen(1)
        async with office.open():
            (attempt,) = await office.until(delivery_attempts, 1)
    assert (attempt["status"], attempt["error"]) == (None, "This address may not be called.")
    assert canary.got == []


async def test_a_secret_is_shown_once_and_two_sign_after_a_rotation(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        receiving() as receiver,
        post_office(database_url, tmp_path, [receiver.port]) as office,
    ):
        made = (
            await office.client.post(PATH, json={"url": receiver.url, "events": ["item.*"]})
        ).json()
        one = f"{PATH}/{made['id']}"
        for reply in (await office.client.get(PATH), await office.client.get(one)):
            assert "whsec_" not in reply.text
        assert made["secret"].removeprefix("whsec_") not in str(await office.rows(endpoints))
        rotated = (await office.client.post(f"{one}/rotate-secret")).json()
        await office.happen(1)
        async with office.open():
            await receiver.until(1)
    (got,) = receiver.got
    assert rotated["secret"] != made["secret"]
    assert got.signed_by(made["secret"])
    assert got.signed_by(rotated["secret"])
    assert not got.signed_by("whsec_AAAA")


async def test_the_log_tells_each_attempt_and_one_may_be_sent_again(
    database_url: str, tmp_path: Path
) -> None:
    answers = iter([(500, {}, b"no paper"), (200, {}, b"thanks"), (200, {}, b"again")])
    async with (
        receiving(lambda _: next(answers)) as receiver,
        post_office(database_url, tmp_path, [receiver.port]) as office,
    ):
        id_, _ = await office.endpoint(receiver.url)
        await office.happen(1)
        async with office.open():
            (row,) = await office.until(deliveries, 1, attempts=1)
            path = f"/api/v1/webhook-deliveries/{row['id']}"
            for _ in range(2):
                assert (await office.client.post(f"{path}/resend")).status_code == 202
                await office.until(deliveries, 1, state="delivered")
        told = (await office.client.get(path)).json()
        for log in (f"{PATH}/{id_}/deliveries", "/api/v1/webhook-deliveries?state=delivered"):
            (listed,) = (await office.client.get(log)).json()
            assert listed["id"] == row["id"]
    assert len({got.id for got in receiver.got}) == 1
    said = [(one["attempt"], one["status"], one["reply"]) for one in told["attempts"]]
    assert said == [(1, 500, "no paper"), (2, 200, "thanks"), (3, 200, "again")]
    assert told["body"].encode() == receiver.got[0].body
    assert (told["state"], told["nextAttemptAt"]) == ("delivered", None)


async def test_the_log_comes_in_pages(sqlite_url: str, tmp_path: Path) -> None:
    async with (
        receiving() as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port]) as office,
    ):
        await office.endpoint(receiver.url)
        await office.happen(5)
        async with office.open():
            await office.until(deliveries, 5, state="delivered")
        seen: list[str] = []
        cursor = ""
        while True:
            reply = await office.client.get(
                f"/api/v1/webhook-deliveries?limit=2{cursor and '&cursor=' + cursor}"
            )
            seen += [one["id"] for one in reply.json()]
            cursor = reply.headers.get("x-next-cursor", "")
            if not cursor:
                break
        for bad in ("?cursor=x", "?state=lost", "?limit=0", "?cursor=%00"):
            assert (await office.client.get(f"/api/v1/webhook-deliveries{bad}")).status_code == 400
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


async def test_a_callback_is_signed_with_the_workspaces_secret(
    database_url: str, tmp_path: Path
) -> None:
    text = {"id": "prompt", "data": {"nodeType": "input:text", "label": "Prompt"}}
    async with (
        receiving() as receiver,
        post_office(database_url, tmp_path, [receiver.port]) as office,
    ):
        accepted = await office.client.post(
            "/api/v1/executions",
            json={
                "nodes": [text],
                "edges": [],
                "prompts": ["a", "b"],
                "metadata": {"order": 7},
                "callbackUrl": receiver.url,
                "callbackEvents": ["execution.started"],
            },
        )
        assert accepted.status_code == 201, accepted.text
        secret = (await office.client.get(f"{PATH}/callback-secret")).json()["secret"]
        async with office.open():
            await receiver.until(1)
        (row,) = await office.until(deliveries, 1)
    (got,) = receiver.got
    assert got.signed_by(secret)
    data = got.event["data"]
    assert data["executionId"] == accepted.json()["executionId"]
    assert (data["counts"]["total"], data["metadata"]) == (2, {"order": 7})
    assert row["execution_id"] == data["executionId"]


async def test_endpoints_belong_to_their_workspace_and_are_checked(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        receiving() as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port]) as office,
    ):
        id_, _ = await office.endpoint(receiver.url)
        await office.happen(1)
        async with office.open():
            (row,) = await office.until(deliveries, 1, state="delivered")
        database = office.house.parts.database
        key = await create_key(database, await create_workspace(database, "Others"))
        theirs = {"Authorization": f"Bearer {key.secret}"}
        for method, path in (
            ("GET", f"{PATH}/{id_}"),
            ("DELETE", f"{PATH}/{id_}"),
            ("POST", f"{PATH}/{id_}/rotate-secret"),
            ("GET", f"{PATH}/{id_}/deliveries"),
            ("GET", f"/api/v1/webhook-deliveries/{row['id']}"),
            ("POST", f"/api/v1/webhook-deliveries/{row['id']}/resend"),
            ("GET", "/api/v1/webhook-deliveries/%00"),
        ):
            reply = await office.client.request(method, path, headers=theirs)
            assert reply.status_code == 404, path
        for body in ({}, {"url": 1}, {"url": receiver.url, "events": ["x"]}, {"uri": "x"}):
            assert (await office.client.post(PATH, json=body)).status_code == 422
        assert (await office.client.delete(f"{PATH}/{id_}")).status_code == 204
        assert (await office.client.get(PATH)).json() == []
        again = await office.client.post(f"/api/v1/webhook-deliveries/{row['id']}/resend")
        assert again.status_code == 409
