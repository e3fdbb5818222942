"""The sixteen points of the HTTP contract, one test each, over the real application."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pixelmill.db.tables.delivery import deliveries
from pixelmill.db.tables.money import ledger
from pixelmill.kit.clock import ManualClock
from pixelmill.services.access import create_key
from pixelmill.services.ledger import verify_ledger
from tests.conformance.graphs import IN_PROSE, refusing, sketch
from tests.integration.api.conftest import PICTURES, TEXTS, WIRE, Site, site_on
from tests.integration.api.desk import on_desk
from tests.integration.api.pulling import make, pull, stranger
from tests.integration.delivery.post_office import LeapingClock, post_office
from tests.integration.delivery.receiver import receiving
from tests.integration.engine.stage import Stage

API = "/api/v1"
MIDNIGHT_MS = 1_794_960_000_000


async def ended(site: Site, accepted: Any) -> dict[str, Any]:
    """The status at the end of what was accepted."""
    assert accepted.status_code in (201, 202), accepted.text
    path = f"{API}/executions/{accepted.json()['executionId']}/poll?wait=30"
    return (await site.client.get(path)).json()


async def test_01_a_bearer_key_is_let_in_and_each_of_four_401_causes_is_told(site: Site) -> None:
    path, database = f"{API}/workflows", site.house.parts.database
    admin = await site.key("keys:write")
    assert (await site.client.get(path)).status_code == 200
    old = await create_key(database, site.workspace_id, expires_at=1)
    gone = await create_key(database, site.workspace_id)
    assert (await site.client.delete(f"{API}/api-keys/{gone.id}", headers=admin)).is_success
    for header, code in (
        ("", "missing_authorization"),
        ("Basic abc", "invalid_api_key_format"),
        (f"Bearer {gone.secret}", "invalid_api_key"),
        (f"Bearer {old.secret}", "api_key_expired"),
    ):
        reply = await site.client.get(path, headers={"Authorization": header})
        assert (reply.status_code, reply.json()["code"]) == (401, code), header
    refused = await site.client.get(path, headers=await site.key("executions:read"))
    assert (refused.status_code, refused.json()["requiredScopes"]) == (403, ["workflows:read"])


async def test_02_a_workflow_lives_from_post_to_delete_and_a_bad_graph_is_refused(
    site: Site,
) -> None:
    client, path = site.client, f"{API}/workflows"
    one = f"{path}/{await site.workflow()}"
    assert [found["name"] for found in (await client.get(path)).json()] == ["W"]
    assert (await client.put(one, json={"name": "V"})).status_code == 200
    assert (await client.get(one)).json()["name"] == "V"
    assert (await client.delete(one)).status_code == 204
    assert (await client.get(one)).status_code == 404
    ring = [{"id": f"n{n}", "data": {"nodeType": "edit:resize"}} for n in range(2)]
    turn = [{"id": f"e{n}", "source": f"n{n}", "target": f"n{1 - n}"} for n in range(2)]
    many = [{"id": f"n{n}", "data": {"nodeType": "input:text"}} for n in range(101)]
    wires = [{**WIRE, "id": f"w{n}"} for n in range(501)]
    for nodes, edges, status, rule in (
        ([], [], 400, None),
        (many, [], 422, "graph.too-many-nodes"),
        (PICTURES["nodes"], wires, 422, "graph.too-many-edges"),
        (ring, turn, 422, "graph.cycle"),
    ):
        reply = await client.post(path, json={"name": "W", "nodes": nodes, "edges": edges})
        assert reply.status_code == status, reply.text
        assert rule is None or rule in {one["rule"] for one in reply.json()["violations"]}


async def test_03_a_graph_in_the_contracts_own_spelling_is_accepted_with_its_batch(
    site: Site,
) -> None:
    path = f"{API}/workflows/{await site.workflow()}/execute"
    body = {**IN_PROSE, "inputs": {"prompt": "a lighthouse"}, "simulate": True}
    reply = await site.client.post(path, json=body)
    told = reply.json()
    assert reply.status_code == 201, reply.text
    assert reply.headers["location"].endswith(told["executionId"])
    (run,) = told["executionRuns"]
    assert run["id"]
    assert run["batchId"] == told["batchId"]
    assert (run["runIndexInBatch"], run["inputIndex"]) == (0, 0)


async def test_04_inputs_by_the_name_prompt_run_the_saved_graph(working_site: Site) -> None:
    path = f"{API}/workflows/{await working_site.workflow()}/execute"
    reply = await working_site.client.post(path, json={"inputs": {"prompt": "amber"}})
    status = await ended(working_site, reply)
    assert status["status"] == status["data"]["status"] == "COMPLETED"
    assert status["executionRuns"][0]["inputs"] == {"prompt": "amber"}


async def test_05_run_describes_its_inputs_and_answers_202(site: Site) -> None:
    path = f"{API}/workflows/{await site.workflow()}/run"
    told = (await site.client.get(path)).json()["data"]
    assert (told["inputs"][0]["nodeId"], told["inputs"][0]["type"]) == ("prompt", "text")
    reply = await site.client.post(path, json=told["example"])
    assert (reply.status_code, reply.json()["data"]["status"]) == (202, "RUNNING")


async def test_06_all_four_spellings_of_status_give_the_same_body(working_site: Site) -> None:
    id_ = (await working_site.finished({"prompts": ["a"]}))["executionId"]
    paths = [
        f"{API}{before}/executions/{id_}{behind}"
        for before in ("", "/workflows")
        for behind in ("", "/poll")
    ]
    replies = [await working_site.client.get(path) for path in paths]
    assert {reply.status_code for reply in replies} == {200}
    assert len({reply.content for reply in replies}) == 1


async def test_07_a_batch_of_n_is_n_runs_and_one_that_fails_leaves_the_others(
    working_site: Site,
) -> None:
    status = await working_site.finished({"prompts": ["a", "bad", "c"]}, refusing("bad"))
    runs = status["executionRuns"]
    assert [run["runIndexInBatch"] for run in runs] == [0, 1, 2]
    assert [run["status"] for run in runs] == ["COMPLETED", "FAILED", "COMPLETED"]
    assert status["outcome"] == "partial"


async def test_08_a_target_runs_what_it_needs_and_takes_over_what_is_known(
    sqlite_url: str, tmp_path: Path
) -> None:
    small = {"id": "small", "data": {"nodeType": "edit:resize", "label": "S"}}
    last = {"id": "e2", "source": "gen", "target": "small"}
    graph = {"nodes": [*PICTURES["nodes"], small], "edges": [WIRE, last]}
    async with site_on(sqlite_url, tmp_path, working=True) as site:
        path, cached = f"{API}/workflows/{await site.workflow(graph)}/execute", []
        for target in ("gen", "small"):
            body = {"inputs": {"prompt": "amber"}, "baseSeed": 7, "targetNodeId": target}
            status = await ended(site, await site.client.post(path, json=body))
            runs = {one["nodeId"]: one for one in status["nodeResults"]["nodeRuns"]}
            assert set(runs) == {"prompt", "gen", target}
            cached.append(runs["gen"]["cached"])
        assert cached == [False, True]


async def test_09_too_little_credit_is_402_by_node_and_nothing_runs(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with site_on(sqlite_url, tmp_path, plan="pro", credits_=3) as site:
        body = {**PICTURES, "prompts": ["a"] * 4}
        reply = await site.client.post(f"{API}/executions", json=body)
        told = reply.json()
        assert (reply.status_code, told["insufficientCredits"]) == (402, True)
        assert (told["requiredCredits"], told["availableCredits"]) == (4, 3)
        (line,) = told["breakdown"]
        assert (line["nodeId"], line["nodeLabel"]) == ("gen", "Generate")
        assert line["credits"] == line["cost"] == 4
        assert (await site.client.get(f"{API}/executions")).json() == []
        usage = (await site.client.get(f"{API}/credits")).json()
        assert usage["credits"]["available"] == 3


async def test_10_what_fails_is_not_charged_and_the_ledger_sums_to_the_balance(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with site_on(sqlite_url, tmp_path, working=True, plan="pro", credits_=5) as site:
        status = await site.finished({"prompts": ["a", "bad", "c"]}, refusing("bad"))
        assert status["creditsUsed"] == 2
        entries = (await site.client.get(f"{API}/credits/ledger")).json()
        assert sum(entry["amount"] for entry in entries) == 3
        assert sum(entry["held"] for entry in entries) == 0
        assert (await verify_ledger(site.house.parts.database)).differences == ()


async def test_11_a_key_gives_the_first_answer_again_for_a_day(sqlite_url: str) -> None:
    clock = ManualClock(MIDNIGHT_MS)
    async with on_desk(sqlite_url, plan="pro", clock=clock) as desk:

        async def post(prompt: str, nodes: list[Any] = TEXTS["nodes"]) -> Any:
            body = {"nodes": nodes, "edges": [], "prompts": [prompt]}
            return await desk.client.post("/executions", body, {"Idempotency-Key": "k"})

        paint = {"id": "p", "data": {"nodeType": "generate:paint", "label": "P"}}
        assert (await post("a", [paint])).status == 402
        one, two = await asyncio.gather(post("a"), post("a"))
        assert (one.status, one.data) == (201, two.data)
        assert sum("idempotent-replayed" in answer.headers for answer in (one, two)) == 1
        other = await post("b")
        assert (other.status, other.json()["code"]) == (422, "idempotency_key_reuse")
        clock.advance(24 * 3600 + 1)
        assert (await post("a")).data != one.data


async def test_12_the_eleventh_of_a_minute_and_the_51st_of_a_day_are_429(
    sqlite_url: str, tmp_path: Path
) -> None:
    body = {**TEXTS, "prompts": ["a"]}
    async with site_on(sqlite_url, tmp_path, plan="pro") as site:
        replies = [await site.client.post(f"{API}/executions", json=body) for _ in range(11)]
        last = replies[-1]
        assert [reply.status_code for reply in replies] == [201] * 10 + [429]
        assert 1 <= int(last.headers["retry-after"]) <= 61
        assert (last.headers["x-ratelimit-limit"], last.json()["limit"]) == ("10", "executions")
    clock = ManualClock(MIDNIGHT_MS)
    async with on_desk(sqlite_url, plan="free", clock=clock) as desk:
        for _ in range(50):
            assert (await desk.client.post("/executions", body)).status == 201
            clock.advance(61)
        daily = await desk.client.post("/executions", body)
        assert (daily.status, daily.json()["code"]) == (429, "daily_limit_reached")


async def test_13_a_trigger_needs_no_key_and_its_status_does(site: Site) -> None:
    made = await make(site)
    reply = await pull(site, made)
    assert (reply.status_code, reply.json()["status"]) == (202, "queued")
    async with stranger(site) as client:
        look = await client.get(f"{API}/workflow/{made['webhookId']}/trigger")
        assert (look.status_code, look.json()["isActive"]) == (200, True)
        poll = await client.get(f"{API}/executions/{reply.json()['executionId']}/poll")
        assert poll.status_code == 401


async def test_14_every_reply_has_a_request_id(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pixelmill.api import catalog

    monkeypatch.setattr(catalog, "model_list", None)
    async with site_on(sqlite_url, tmp_path) as site:
        for path, status in (("/workflows", 200), ("/nowhere", 404), ("/models", 500)):
            reply = await site.client.get(API + path)
            assert reply.status_code == status
            assert reply.headers["x-request-id"].startswith("req_")


async def test_15_an_event_is_signed_and_sent_again_after_a_500(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = LeapingClock()
    answers = iter((500, 204))
    async with (
        receiving(lambda _: next(answers)) as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port], clock=clock) as office,
    ):
        hook = {"url": receiver.url, "events": ["item.completed"]}
        secret = (await office.client.post(f"{API}/webhook-endpoints", json=hook)).json()["secret"]
        await office.happen(1)
        async with office.open():
            await receiver.until(1)
            clock.advance(10)
            (row,) = await office.until(deliveries, 1, state="delivered")
    assert row["attempts"] == 2
    assert all(got.signed_by(secret) for got in receiver.got)
    assert len({got.id for got in receiver.got}) == 1


async def test_16_a_restart_goes_on_and_pays_nothing_twice(sqlite_url: str, tmp_path: Path) -> None:
    wires = [WIRE, {"id": "e2", "source": "prompt", "target": "slow"}]
    graph = {
        "nodes": [*PICTURES["nodes"], sketch("slow", latency=3)],
        "edges": wires,
        "prompts": ["a", "b"],
    }

    async def captures(site: Site) -> int:
        stage = Stage(site.house, None, None)  # type: ignore[arg-type]
        return len(await stage.rows(ledger, kind="capture"))

    async with site_on(sqlite_url, tmp_path, working=True, plan="pro", credits_=4) as site:
        accepted = (await site.client.post(f"{API}/executions", json=graph)).json()
        key = site.client.headers["authorization"]
        async with asyncio.timeout(10):
            while await captures(site) < 2:  # noqa: ASYNC110 - rows ring no bell
                await asyncio.sleep(0.05)
        with suppress(asyncio.CancelledError):
            # A crash leaves the rows as they are; so does an engine that is dropped.
            await site.house.engine.stop(drain_s=0.0)  # type: ignore[union-attr]
    async with site_on(sqlite_url, tmp_path, working=True) as again:
        again.client.headers["authorization"] = key
        path = f"{API}/executions/{accepted['executionId']}"
        assert (await again.client.get(path)).json()["status"] == "RUNNING"
        status = (await again.client.get(f"{path}?wait=30")).json()
        assert (status["status"], status["creditsUsed"]) == ("COMPLETED", 4)
        assert await captures(again) == 4
