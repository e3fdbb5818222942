"""Prompt sets: uploaded once, checked by row, executed as often as wanted."""

from typing import Any

from tests.integration.api.conftest import TEXTS, Site

SETS = "/api/v1/prompt-sets"


async def kept(site: Site, data: str, media_type: str = "text/csv", name: str = "p") -> Any:
    """The reply to a bare upload."""
    headers = {"Content-Type": media_type}
    return await site.client.post(f"{SETS}?name={name}", content=data.encode(), headers=headers)


async def test_a_csv_is_kept_listed_executed_and_forgotten(any_site: Site) -> None:
    text = "key,prompt\r\nk1,amber\r\nk2,blue\r\n"
    form = {"file": ("spring.csv", text.encode(), "text/csv")}
    made = await any_site.client.post(SETS, files=form)
    body = made.json()["data"]
    assert (made.status_code, body["name"], body["rowCount"]) == (201, "spring.csv", 2)
    assert body["columns"] == ["key", "prompt"]
    assert body["report"] == {"rows": 2, "faultyRows": 0, "emptyCells": {}, "repeatedRows": 0}
    path = f"{SETS}/{body['promptSetId']}"
    assert [row["id"] for row in (await any_site.client.get(SETS)).json()] == [body["id"]]
    assert (await any_site.client.get(path)).json()["data"]["firstRows"][0]["prompt"] == "amber"
    status = await any_site.finished({"promptSetId": body["id"]})
    assert [run["key"] for run in status["executionRuns"]] == ["k1", "k2"]
    assert [run["text"] for run in status["nodeResults"]["nodeRuns"]] == ["amber", "blue"]
    assert (await any_site.client.delete(path)).status_code == 204
    assert (await any_site.client.get(path)).status_code == 404
    gone = await any_site.client.post(
        "/api/v1/executions", json={**TEXTS, "promptSetId": body["id"]}
    )
    assert (gone.status_code, gone.json()["code"]) == (404, "prompt_set_not_found")


async def test_columns_are_mapped_by_name_and_run_takes_sets_too(working_site: Site) -> None:
    set_id = (await kept(working_site, "Motif;Note\na;x\nb;y\n")).json()["data"]["id"]
    workflow = await working_site.workflow()
    reply = await working_site.client.post(
        f"/api/v1/workflows/{workflow}/run",
        json={"promptSetId": set_id, "columns": {"Motif": "Prompt"}},
    )
    assert (reply.status_code, reply.json()["runCount"]) == (202, 2)
    wrong = {"promptSetId": set_id, "columns": {"Motive": "Prompt"}}
    refused = await working_site.client.post(f"/api/v1/workflows/{workflow}/run", json=wrong)
    assert "Motif" in refused.json()["detail"]


async def test_jsonl_and_text_are_read_and_repeats_are_told(site: Site) -> None:
    lines = await kept(site, "a\nb\n\nb\n", "text/plain")
    objects = await kept(site, '{"prompt":"a"}\n{"prompt":"b","seed":4}\n', "application/x-ndjson")
    assert lines.json()["data"]["report"]["repeatedRows"] == 1
    assert objects.json()["data"]["rowCount"] == 2
    assert objects.json()["data"]["report"]["emptyCells"] == {"seed": 1}


async def test_a_faulty_row_refuses_the_file_by_its_number(site: Site) -> None:
    reply = await kept(site, "prompt,size\na,1\nb\n")
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_prompts")
    assert "Row 2" in reply.json()["detail"]
    assert (await site.client.get(SETS)).json() == []


async def test_a_row_that_misses_what_the_workflow_needs_is_named(site: Site) -> None:
    set_id = (await kept(site, "key,prompt\nk1,a\nk2,\n")).json()["data"]["id"]
    reply = await site.client.post("/api/v1/executions", json={**TEXTS, "promptSetId": set_id})
    assert (reply.status_code, reply.json()["details"][0]["path"]) == (422, "rows[2].prompt")


async def test_more_rows_than_the_plan_takes_are_refused_with_the_way_out(site: Site) -> None:
    text = "prompt\n" + "".join(f"p{n}\n" for n in range(10_001))
    set_id = (await kept(site, text)).json()["data"]["id"]
    reply = await site.client.post("/api/v1/executions", json={**TEXTS, "promptSetId": set_id})
    body = reply.json()
    assert (reply.status_code, body["limit"], body["found"]) == (422, 10_000, 10_001)
    assert "max_items" in body["detail"]


async def test_a_strangers_set_is_unknown(site: Site) -> None:
    set_id = (await kept(site, "prompt\na\n")).json()["data"]["id"]
    headers = await site.stranger()
    for method in ("GET", "DELETE"):
        reply = await site.client.request(method, f"{SETS}/{set_id}", headers=headers)
        assert reply.status_code == 404


async def test_another_media_type_is_415(site: Site) -> None:
    assert (await kept(site, "{}", "application/json")).status_code == 415
