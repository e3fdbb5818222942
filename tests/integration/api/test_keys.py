"""Keys over the wire: shown once, rolled side by side, ended at once, counted and audited."""

from typing import Any

import pytest

from pixelmill.api.bad_keys import MOST_WRONG
from pixelmill.db.tables.access import api_keys, audit_log
from pixelmill.domain.access import DEFAULT_SCOPES
from pixelmill.kit.clock import ManualClock
from pixelmill.kit.signing import key_hash, new_key
from tests.integration.api.desk import Desk, on_desk

START_MS = 1_795_000_000_000


async def made(desk: Desk, **body: Any) -> dict[str, Any]:
    """A new key."""
    answer = await desk.client.post("/api-keys", {"name": "Robot"} | body)
    assert answer.status == 201, answer.data
    return answer.json()


async def test_a_secret_is_shown_once_and_kept_nowhere(database_url: str):
    async with on_desk(database_url) as desk:
        answer = await desk.client.post("/api-keys", {"name": "Robot"})
        key = answer.json()
        assert answer.headers["cache-control"] == "no-store"
        assert key["key"].startswith(key["prefix"])
        assert key["key"].endswith(key["last4"])
        assert set(key["scopes"]) == set(DEFAULT_SCOPES)
        listed = await desk.client.get("/api-keys")
        assert [one["name"] for one in listed.json()] == ["Robot", ""]
        assert key["key"].encode() not in listed.data
        assert b"hash" not in listed.data
        rows = repr([await desk.stage.rows(api_keys), await desk.stage.rows(audit_log)])
        assert key["key"] not in rows
        (row,) = await desk.stage.rows(api_keys, id=key["id"])
        assert row["hash"] == key_hash(key["key"])
        assert (await desk.client.signed(key["key"]).get("/workflows")).status == 200


async def test_a_key_has_the_scopes_it_was_given(database_url: str):
    async with on_desk(database_url) as desk:
        key = await made(desk, scopes=["workflows:read"])
        client = desk.client.signed(key["key"])
        assert (await client.get("/workflows")).status == 200
        refused = await client.post("/workflows", {"name": "x"})
        assert (refused.status, refused.json()["requiredScope"]) == (403, "workflows:write")
        assert (await client.get("/api-keys")).status == 403


async def test_an_administrators_scope_is_handed_on_only_by_who_has_it(database_url: str):
    async with on_desk(database_url) as desk:
        clerk = await desk.key_with("keys:write")
        refused = await clerk.post("/api-keys", {"name": "x", "scopes": ["credits:write"]})
        assert (refused.status, refused.json()["requiredScope"]) == (403, "credits:write")
        mighty = (await desk.client.get("/api-keys")).json()[-1]["id"]
        assert (await clerk.post(f"/api-keys/{mighty}/roll")).status == 403
        fine = await clerk.post("/api-keys", {"name": "x", "scopes": ["keys:write", "usage:read"]})
        assert fine.status == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x", "scopes": ["everything"]},
        {"name": "x", "scopes": []},
        {"name": "x", "expiresAt": "tomorrow"},
        {"name": "x", "expiresAt": "2020-01-01T00:00:00Z"},
        {"name": "x", "workspaceId": "ws_other"},
        {"name": "x", "plan": "enterprise"},
    ],
)
async def test_a_key_that_cannot_be_is_refused(sqlite_url: str, body: dict[str, Any]):
    async with on_desk(sqlite_url) as desk:
        answer = await desk.client.post("/api-keys", body)
        assert (answer.status, answer.json()["code"]) == (422, "invalid_field")


async def test_old_and_new_key_work_side_by_side_for_the_grace(database_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(database_url, clock=clock) as desk:
        old = await made(desk, scopes=["workflows:read"])
        rolled = await desk.client.post(f"/api-keys/{old['id']}/roll", {"graceSeconds": 60})
        assert rolled.status == 201
        new = rolled.json()
        assert (new["rolledFrom"], new["scopes"]) == (old["id"], old["scopes"])
        before, after = desk.client.signed(old["key"]), desk.client.signed(new["key"])
        assert [(await one.get("/workflows")).status for one in (before, after)] == [200, 200]
        clock.advance(61)
        ended = await before.get("/workflows")
        assert (ended.status, ended.json()["code"]) == (401, "api_key_expired")
        assert (await after.get("/workflows")).status == 200
        again = await desk.client.post(f"/api-keys/{old['id']}/roll")
        assert (again.status, again.json()["code"]) == (409, "invalid_state")


async def test_without_a_grace_the_old_key_ends_at_once(database_url: str):
    async with on_desk(database_url) as desk:
        old = await made(desk)
        await desk.client.post(f"/api-keys/{old['id']}/roll", {"graceSeconds": 0})
        assert (await desk.client.signed(old["key"]).get("/workflows")).status == 401


async def test_a_successor_lives_as_long_as_its_predecessor(database_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(database_url, clock=clock) as desk:
        old = await made(desk, expiresAt="2026-11-19T00:00:00Z")
        (before,) = await desk.stage.rows(api_keys, id=old["id"])
        clock.advance(3600)
        new = (await desk.client.post(f"/api-keys/{old['id']}/roll")).json()
        (after,) = await desk.stage.rows(api_keys, id=new["id"])
        # The two stores read their clocks a moment apart.
        assert abs(after["expires_at"] - before["expires_at"] - 3_600_000) <= 5
        assert abs(after["created_at"] - before["created_at"] - 3_600_000) <= 5


async def test_a_revoked_key_is_refused_by_the_next_request(database_url: str):
    async with on_desk(database_url) as desk:
        key = await made(desk)
        client = desk.client.signed(key["key"])
        assert (await client.get("/workflows")).status == 200
        for _ in range(2):
            assert (await desk.client.ask("DELETE", f"/api-keys/{key['id']}")).status == 204
        refused = [await client.get("/workflows") for _ in range(5)]
        assert {(one.status, one.json()["code"]) for one in refused} == {(401, "invalid_api_key")}
        assert (await desk.client.post(f"/api-keys/{key['id']}/roll")).status == 409
        (shown,) = [o for o in (await desk.client.get("/api-keys")).json() if o["id"] == key["id"]]
        assert shown["status"] == "revoked"


async def test_when_a_key_was_used_is_kept_once_a_minute(database_url: str):
    clock = ManualClock(START_MS)
    async with on_desk(database_url, clock=clock) as desk:
        key = await made(desk)
        client = desk.client.signed(key["key"])

        async def used_at() -> int | None:
            await client.get("/workflows")
            await desk.app.state.gate.key_use.settled()
            (row,) = await desk.stage.rows(api_keys, id=key["id"])
            return row["last_used_at"]

        first = await used_at()
        assert first == clock.now_ms()
        clock.advance(59)
        assert await used_at() == first
        clock.advance(1)
        assert await used_at() == clock.now_ms()


async def test_what_is_done_to_keys_is_written_down(database_url: str):
    async with on_desk(database_url) as desk:
        key = await made(desk)
        await desk.client.post(f"/api-keys/{key['id']}/roll")
        await desk.client.ask("DELETE", f"/api-keys/{key['id']}")
        rows = [r for r in await desk.stage.rows(audit_log) if r["actor"] != "operator"]
        assert sorted(row["action"] for row in rows) == [
            "key.created", "key.created", "key.revoked", "key.rolled",
        ]  # fmt: skip
        assert {row["workspace_id"] for row in rows} == {desk.client.workspace_id}
        assert all(row["request_id"].startswith("req_") for row in rows)
        assert len({row["actor"] for row in rows}) == 1


async def test_keys_of_others_are_unknown(database_url: str):
    async with on_desk(database_url) as desk:
        stranger = await desk.stranger()
        theirs = (await stranger.get("/api-keys")).json()[0]["id"]
        for method, path in (("POST", "/roll"), ("DELETE", "")):
            for id_ in (theirs, "key_never"):
                answer = await desk.client.ask(method, f"/api-keys/{id_}{path}", {})
                assert (answer.status, answer.json()["code"]) == (404, "key_not_found")
        assert (await stranger.get("/api-keys")).json()[0]["status"] == "active"


async def test_keys_are_listed_page_by_page(database_url: str):
    async with on_desk(database_url) as desk:
        for name in ("a", "b", "c"):
            await made(desk, name=name)
        first = await desk.client.get("/api-keys?limit=3")
        assert [one["name"] for one in first.json()] == ["c", "b", "a"]
        path = f"/api-keys?limit=3&cursor={first.headers['x-next-cursor']}"
        rest = await desk.client.get(path)
        assert [one["name"] for one in rest.json()] == [""]
        assert "x-next-cursor" not in rest.headers
        assert (await desk.client.get("/api-keys?cursor=garbage")).status == 400


async def test_who_tries_keys_is_slowed_down_and_the_others_are_not(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        fetched: list[object] = []
        database = desk.stage.house.parts.database
        fetch = database.fetch

        async def counting(statement: Any, **values: Any) -> Any:
            fetched.append(statement)
            return await fetch(statement, **values)

        database.fetch = counting  # type: ignore[method-assign]
        assert (await desk.client.get("/workflows")).status == 200
        for _ in range(MOST_WRONG):
            assert (await desk.client.signed(new_key()).get("/workflows")).status == 401
        fetched.clear()
        for _ in range(20):
            refused = await desk.client.signed(new_key()).get("/workflows")
            assert (refused.status, refused.json()["code"]) == (429, "too_many_bad_keys")
            assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert fetched == []
        assert (await desk.client.get("/workflows")).status == 200
        elsewhere = desk.client.signed(new_key()).at("198.51.100.7")
        assert (await elsewhere.get("/workflows")).status == 401


@pytest.mark.parametrize("query", ["api_key=x", "access_token=y", "whatever={key}", "API-Key=z"])
async def test_a_key_in_the_address_is_refused(sqlite_url: str, query: str):
    async with on_desk(sqlite_url) as desk:
        path = f"/workflows?{query.replace('{key}', desk.client.key or '')}"
        for client in (desk.client, desk.client.signed(None)):
            answer = await client.get(path)
            assert (answer.status, answer.json()["code"]) == (400, "key_in_query")
            assert (desk.client.key or "").encode() not in answer.data
