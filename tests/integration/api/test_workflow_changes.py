"""Changing saved workflows over the wire: nothing is lost, nothing foreign is reached."""

import asyncio
from typing import Any

import pytest

from tests.integration.api.desk import Client, Desk, on_desk
from tests.integration.engine.stage import PAINTING

NODES, EDGES = list(PAINTING.nodes), list(PAINTING.edges)


async def saved(client: Client, name: str = "Poster", **more: Any) -> dict[str, Any]:
    """A new workflow."""
    answer = await client.post("/workflows", {"name": name, "nodes": NODES, "edges": EDGES} | more)
    assert answer.status == 201, answer.data
    return answer.json()


async def test_a_put_changes_what_it_names_and_keeps_the_rest(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client, tags=["a"], description="One")
        answer = await desk.client.ask("PUT", f"/workflows/{made['id']}", {"isActive": False})
        assert answer.status == 200
        changed = answer.json()
        assert changed["isActive"] is False
        assert (changed["tags"], changed["description"]) == (["a"], "One")
        assert changed["version"] == 1
        refused = await desk.client.post(f"/workflows/{made['id']}/execute", {"prompts": ["x"]})
        assert (refused.status, refused.json()["code"]) == (400, "workflow_inactive")


async def test_what_was_read_may_be_put_back(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client)
        read = (await desk.client.get(f"/workflows/{made['id']}")).json()
        put = await desk.client.ask("PUT", f"/workflows/{made['id']}", read)
        assert put.status == 200, put.data
        assert put.json()["versionId"] == made["versionId"]


async def test_a_stale_put_is_told_both_times(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client)
        path, base = f"/workflows/{made['id']}", made["updatedAt"]
        first = await desk.client.ask("PUT", path, {"name": "A", "baseUpdatedAt": base})
        second = await desk.client.ask("PUT", path, {"name": "B", "baseUpdatedAt": base})
        assert (first.status, second.status) == (200, 409)
        told = second.json()
        assert told["code"] == "stale_write"
        assert told["currentUpdatedAt"] == first.json()["updatedAt"]
        assert told["yourBaseUpdatedAt"] == base
        assert (await desk.client.get(path)).json()["name"] == "A"


async def test_fields_that_are_not_there_are_refused_by_name(database_url: str):
    async with on_desk(database_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}"
        typo = await desk.client.ask("PUT", path, {"isactive": True})
        assert typo.status == 422
        assert "isActive" in typo.json()["details"][0]["message"]
        shared = await desk.client.ask("PUT", path, {"linkPermission": "VIEW"})
        assert (shared.status, shared.json()["code"]) == (400, "invalid_field")


async def test_an_unfinished_drawing_is_kept_when_asked_and_does_not_run(database_url: str):
    async with on_desk(database_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}"
        nodes = [*NODES, {"id": "x", "data": {"nodeType": "generate:nothing"}}]
        body = {"nodes": nodes, "edges": EDGES}
        assert (await desk.client.ask("PUT", path, body)).status == 422
        kept = await desk.client.ask("PUT", f"{path}?strict=false", body)
        assert kept.status == 200
        assert kept.json()["violations"][0]["rule"] == "unknown-node-type"
        refused = await desk.client.post(f"{path}/execute", {"prompts": ["x"]})
        assert (refused.status, refused.json()["code"]) == (422, "invalid_graph")
        many = await desk.client.ask("PUT", f"{path}?strict=false", {"nodes": [], "edges": []})
        assert many.status == 400


async def test_a_wrong_parameter_that_was_kept_unfinished_does_not_run(database_url: str):
    async with on_desk(database_url) as desk:
        nodes = [NODES[0], {**NODES[1], "data": {**NODES[1]["data"], "config": {"num_images": []}}}]
        made = await desk.client.post(
            "/workflows?strict=false", {"name": "Odd", "nodes": nodes, "edges": EDGES[:1]}
        )
        assert made.status == 201
        assert made.json()["violations"][0]["rule"] == "bad-param"
        path = f"/workflows/{made.json()['id']}/execute"
        refused = await desk.client.post(path, {"prompts": ["x"]})
        assert (refused.status, refused.json()["code"]) == (422, "invalid_graph")


async def test_a_removed_workflow_is_gone(database_url: str):
    async with on_desk(database_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}"
        assert (await desk.client.ask("DELETE", path)).status == 204
        assert (await desk.client.get(path)).status == 404
        assert (await desk.client.ask("DELETE", path)).status == 404
        assert (await desk.client.get("/workflows")).json() == []
        path = f"/workflows/{(await saved(desk.client))['id']}"
        newer = {"api-version": "2026-07"}
        assert (await desk.client.ask("DELETE", path, headers=newer)).json() == {"success": True}


async def test_a_node_is_patched_alone(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client)
        path = f"/workflows/{made['id']}"
        first = {"config": {"prompt": "a fox"}, "label": "Idea", "position": {"x": 5, "y": 7}}
        answer = await desk.client.ask("PATCH", f"{path}/nodes/prompt", first)
        assert answer.status == 200, answer.data
        told = answer.json()["data"]
        assert told["node"] == {"id": "prompt", "data": {"label": "Idea"}}
        read = (await desk.client.get(path)).json()
        node = read["nodes"][0]
        assert node["data"]["config"] == node["data"]["params"] == {"prompt": "a fox"}
        assert node["position"] == {"x": 5, "y": 7}
        assert read["updatedAt"] == told["updatedAt"]
        assert read["nodes"][1:] == made["nodes"][1:]
        gone = await desk.client.ask("PATCH", f"{path}/nodes/prompt", {"params": {"prompt": None}})
        assert gone.status == 200
        assert (await desk.client.get(path)).json()["nodes"][0]["data"]["config"] == {}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "missing_fields"),
        ({"baseUpdatedAt": "2026-01-01T00:00:00Z"}, 400, "missing_fields"),
        ({"output": {}}, 400, "invalid_field"),
        ({"nodeType": "input:text", "label": "x"}, 400, "invalid_field"),
        ({"label": 5}, 422, "invalid_field"),
        ({"label": "x", "baseUpdatedAt": "yesterday"}, 422, "invalid_field"),
        ({"label": "x", "baseUpdatedAt": "2026-01-01T00:00:00Z"}, 409, "stale_write"),
        ({"config": {"prompt": "x" * 300_000}}, 413, "payload_too_large"),
        ({"config": {"num_images": "many"}}, 422, "invalid_graph"),
    ],
)
async def test_a_patch_that_cannot_be_is_refused(
    sqlite_url: str, body: dict[str, Any], status: int, code: str
):
    async with on_desk(sqlite_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}/nodes"
        answer = await desk.client.ask("PATCH", f"{path}/paint", body)
        assert (answer.status, answer.json()["code"]) == (status, code)
        unknown = await desk.client.ask("PATCH", f"{path}/nowhere", {"label": "x"})
        assert (unknown.status, unknown.json()["code"]) == (404, "node_not_found")


async def test_two_patches_at_once_both_stay(database_url: str):
    async with on_desk(database_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}"
        answers = await asyncio.gather(
            *(
                desk.client.ask("PATCH", f"{path}/nodes/{node}", {"label": f"New {node}"})
                for node in ("prompt", "paint", "out")
            )
        )
        assert [answer.status for answer in answers] == [200, 200, 200]
        nodes = (await desk.client.get(path)).json()["nodes"]
        assert [node["data"]["label"] for node in nodes] == ["New prompt", "New paint", "New out"]


async def test_a_copy_is_its_own(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client)
        answer = await desk.client.post(f"/workflows/{made['id']}/duplicate")
        assert answer.status == 201
        copy = answer.json()["data"]
        assert copy["name"] == "Poster (copy)"
        assert copy["url"].endswith(f"/workflows/{copy['id']}")
        await desk.client.ask("DELETE", f"/workflows/{made['id']}")
        read = (await desk.client.get(f"/workflows/{copy['id']}")).json()
        assert (read["nodes"], read["version"]) == (made["nodes"], 1)
        named = await desk.client.post(f"/workflows/{copy['id']}/duplicate", {"name": "Mine"})
        assert named.json()["data"]["name"] == "Mine"


async def test_sharing_removes_what_looks_like_a_secret(database_url: str):
    async with on_desk(database_url) as desk:
        secret = {"nodeType": "input:text", "config": {"prompt": "a", "api_key": "very-private"}}
        made = await saved(desk.client, nodes=[{"id": "prompt", "data": secret}, *NODES[1:]])
        path = f"/workflows/{made['id']}"
        answer = await desk.client.post(f"{path}/visibility", {"visibility": "view"})
        assert answer.json()["linkPermission"] == "VIEW"
        read = await desk.client.get(path)
        assert b"very-private" not in read.data
        assert read.json()["visibility"] == "view"
        back = await desk.client.post(f"{path}/visibility", {"visibility": "private"})
        assert back.json()["linkPermission"] == "PRIVATE"
        assert (await desk.client.post(f"{path}/visibility", {"visibility": "all"})).status == 422


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "", None),
        ("PUT", "", {"name": "x"}),
        ("DELETE", "", None),
        ("PATCH", "/nodes/prompt", {"label": "x"}),
        ("POST", "/duplicate", {}),
        ("POST", "/visibility", {"visibility": "view"}),
        ("POST", "/layout", {}),
        ("GET", "/versions", None),
        ("GET", "/versions/1", None),
        ("POST", "/versions/1/restore", {}),
    ],
)
async def test_a_foreign_workflow_is_as_unknown_as_one_that_never_was(
    sqlite_url: str, method: str, path: str, body: Any
):
    async with on_desk(sqlite_url) as desk:
        foreign = (await saved(await desk.stranger()))["id"]
        never = "wf_" + "0" * 26
        answers = [
            await desk.client.ask(method, f"/workflows/{id_}{path}", body)
            for id_ in (foreign, never)
        ]
        assert [answer.status for answer in answers] == [404, 404]
        said = [
            {name: value for name, value in answer.json().items() if name != "requestId"}
            for answer in answers
        ]
        assert orderly(said[0], foreign) == orderly(said[1], never)


def orderly(body: dict[str, Any], id_: str) -> str:
    """A body with the id that was asked for taken from it."""
    return repr(body).replace(id_, "ID")


async def test_to_save_onto_a_foreign_workflow_is_refused_too(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        foreign = (await saved(await desk.stranger()))["id"]
        body = {"id": foreign, "name": "x", "nodes": NODES, "edges": EDGES}
        assert (await desk.client.post("/workflows", body)).status == 404


async def scopes_refused(desk: Desk, scope: str, *asked: tuple[str, str]) -> bool:
    """Whether a key with this scope alone gets 403 everywhere."""
    client = await desk.key_with(scope)
    answers = [await client.ask(method, path, {}) for method, path in asked]
    return all(answer.status == 403 for answer in answers)


async def test_reading_keys_cannot_change_anything(sqlite_url: str):
    async with on_desk(sqlite_url) as desk:
        path = f"/workflows/{(await saved(desk.client))['id']}"
        assert await scopes_refused(
            desk, "workflows:read", ("PUT", path), ("DELETE", path), ("POST", f"{path}/layout"),
            ("PATCH", f"{path}/nodes/out"), ("POST", f"{path}/duplicate"),
        )  # fmt: skip
