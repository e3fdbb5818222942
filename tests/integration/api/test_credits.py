"""Credits over the wire: given once, told entry by entry, and summing to the balance."""

import asyncio
import csv
import io
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Statement
from pixelmill.db.tables.access import audit_log
from pixelmill.db.tables.money import balances, ledger
from pixelmill.services.ledger import verify_ledger
from tests.integration.api.desk import Desk, on_desk
from tests.integration.engine.stage import PAINTING

SPEND: dict[str, Any] = {
    "nodes": list(PAINTING.nodes),
    "edges": list(PAINTING.edges),
    "prompts": ["a", "b"],
}
MOVE_BALANCE = Statement(
    update(balances)
    .where(balances.c.workspace_id == bindparam("b_id"))
    .values(available=balances.c.available + bindparam("by"))
)


def moved(workspace_id: str, by: int) -> Script[None]:
    """A balance changed behind the ledger's back."""
    yield from write(MOVE_BALANCE, [{"b_id": workspace_id, "by": by}])


async def test_a_grant_is_booked_and_written_down(database_url: str):
    async with on_desk(database_url, plan="pro") as desk:
        answer = await desk.client.post("/credits/grants", {"credits": 2.5, "note": "=cmd()"})
        assert answer.status == 201
        told = answer.json()
        assert (told["credits"], told["available"], told["held"]) == (2.5, 2.5, 0)
        (entry,) = (await desk.client.get("/credits/ledger")).json()
        assert entry["id"] == told["id"]
        assert (entry["kind"], entry["amount"], entry["note"]) == ("grant", 2.5, "=cmd()")
        assert (entry["executionId"], entry["nodeRunId"]) == (None, None)
        (row,) = await desk.stage.rows(audit_log, action="credits.granted")
        assert (row["target"], row["details"]["millicredits"]) == (told["id"], 2500)
        assert row["actor"].startswith("key_")


async def test_the_same_key_gives_once(database_url: str):
    async with on_desk(database_url, plan="pro") as desk:
        key = {"Idempotency-Key": "march"}
        answers = await asyncio.gather(
            *(desk.client.post("/credits/grants", {"credits": 5}, key) for _ in range(5))
        )
        assert {answer.status for answer in answers} == {201}
        assert len({answer.data for answer in answers}) == 1
        assert sum("idempotent-replayed" in answer.headers for answer in answers) == 4
        assert len(await desk.stage.rows(ledger)) == 1
        other = await desk.client.post("/credits/grants", {"credits": 6}, key)
        assert (other.status, other.json()["code"]) == (422, "idempotency_key_reuse")
        stranger = await desk.stranger("pro")
        assert (await stranger.post("/credits/grants", {"credits": 6}, key)).status == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"credits": 0},
        {"credits": -1},
        {"credits": 0.0001},
        {"credits": "5"},
        {"credits": True},
        {"credits": 1e300},
        {"credits": 5, "workspaceId": "ws_other"},
        {"credits": 5, "kind": "adjust"},
    ],
)
async def test_a_grant_that_cannot_be_is_refused(sqlite_url: str, body: dict[str, Any]):
    async with on_desk(sqlite_url) as desk:
        answer = await desk.client.post("/credits/grants", body)
        assert (answer.status, answer.json()["code"]) == (422, "invalid_field")
        assert await desk.stage.rows(ledger) == []


async def test_only_an_administrator_gives(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        for scope in ("keys:write", "usage:read", "workflows:execute"):
            client = await desk.key_with(scope)
            assert (await client.post("/credits/grants", {"credits": 1})).status == 403


async def test_the_ledger_sums_to_the_balance_over_its_pages(database_url: str):
    async with on_desk(database_url, plan="pro", granted=10, working=True) as desk:
        accepted = await desk.client.post("/executions", SPEND)
        assert accepted.status == 201, accepted.data
        await desk.stage.finished(accepted.json()["executionId"])
        path, entries = "/credits/ledger?limit=1", []
        while True:
            page = await desk.client.get(path)
            entries += page.json()
            if "x-next-cursor" not in page.headers:
                break
            path = f"/credits/ledger?limit=1&cursor={page.headers['x-next-cursor']}"
        kinds = sorted(entry["kind"] for entry in entries)
        assert kinds == ["capture", "capture", "grant", "hold"]
        assert sum(entry["amount"] for entry in entries) == 8
        assert sum(entry["held"] for entry in entries) == 0
        captured = (await desk.client.get("/credits/ledger?kind=capture")).json()
        assert len(captured) == 2
        assert all(entry["nodeRunId"].startswith("nrn_") for entry in captured)
        of_it = f"/credits/ledger?executionId={accepted.json()['executionId']}"
        assert len((await desk.client.get(of_it)).json()) == 3
        assert (await desk.client.get("/credits/ledger?until=2020-01-01T00:00:00Z")).json() == []
        assert (await (await desk.stranger()).get(of_it)).json() == []
        assert (await verify_ledger(desk.stage.house.parts.database)).differences == ()


@pytest.mark.parametrize("query", ["kind=gift", "since=today", "format=xlsx", "cursor=x"])
async def test_a_filter_that_cannot_be_read_is_refused(sqlite_url: str, query: str):
    async with on_desk(sqlite_url) as desk:
        assert (await desk.client.get(f"/credits/ledger?{query}")).status == 400


async def test_the_ledger_as_csv_runs_no_formula(database_url: str):
    async with on_desk(database_url, plan="pro") as desk:
        for note in ("=1+1", "@x", "plain, with comma"):
            await desk.client.post("/credits/grants", {"credits": 1, "note": note})
        await desk.client.post("/executions", SPEND)
        answer = await desk.client.get("/credits/ledger?format=csv&limit=3")
        assert answer.headers["content-type"].startswith("text/csv")
        assert "x-next-cursor" in answer.headers
        rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert [row["note"] for row in rows] == ["", "plain, with comma", "'@x"]
        assert (rows[0]["kind"], rows[0]["amount"], rows[0]["held"]) == ("hold", "-2", "2")


async def test_books_that_do_not_agree_are_named(database_url: str):
    async with on_desk(database_url, plan="pro", granted=3) as desk:
        database = desk.stage.house.parts.database
        fine = await verify_ledger(database)
        assert (fine.workspaces, fine.differences) == (1, ())
        await desk.stranger()
        await database.transact(moved(desk.client.workspace_id, 5))
        found = await verify_ledger(database)
        assert found.workspaces == 2
        (wrong,) = found.differences
        assert (wrong.workspace_id, wrong.available, wrong.booked_available) == (
            desk.client.workspace_id,
            3005,
            3000,
        )
        assert "3.005" in wrong.told()
        alone = await verify_ledger(database, desk.client.workspace_id)
        assert (alone.workspaces, len(alone.differences)) == (1, 1)


async def without_balance(desk: Desk) -> None:
    """Take the balance below zero, as no rule would."""
    await desk.stage.house.parts.database.transact(moved(desk.client.workspace_id, -4))


async def test_a_balance_below_zero_is_named_too(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        await without_balance(desk)
        assert len((await verify_ledger(desk.stage.house.parts.database)).differences) == 1
