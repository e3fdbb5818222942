"""Drawings over the wire: their versions, what is wrong with them, and where cards stand; lists."""

from tests.integration.api.desk import on_desk
from tests.integration.api.test_workflow_changes import EDGES, NODES, saved


async def test_versions_are_kept_and_restored(database_url: str):
    async with on_desk(database_url) as desk:
        made = await saved(desk.client)
        path = f"/workflows/{made['id']}"
        for text in ("two", "three"):
            await desk.client.ask("PATCH", f"{path}/nodes/prompt", {"config": {"prompt": text}})
        listed = await desk.client.get(f"{path}/versions?limit=2")
        assert [one["version"] for one in listed.json()] == [3, 2]
        cursor = listed.headers["x-next-cursor"]
        rest = (await desk.client.get(f"{path}/versions?cursor={cursor}")).json()
        assert [(one["version"], one["isCurrent"]) for one in rest] == [(1, False)]
        second = (await desk.client.get(f"{path}/versions/2")).json()
        assert second["nodes"][0]["data"]["config"] == {"prompt": "two"}
        restored = (await desk.client.post(f"{path}/versions/1/restore")).json()
        assert (restored["version"], restored["versionId"]) == (1, made["versionId"])
        assert restored["nodes"] == made["nodes"]
        # What comes after a restored version takes a new number, not that of version 2.
        await desk.client.ask("PATCH", f"{path}/nodes/prompt", {"config": {"prompt": "four"}})
        assert (await desk.client.get(path)).json()["version"] == 4
        for number in ("9", "0", "x", "99999999999999999999"):
            missing = await desk.client.get(f"{path}/versions/{number}")
            assert (missing.status, missing.json()["code"]) == (404, "version_not_found")


async def test_lint_tells_without_saving(database_url: str):
    async with on_desk(database_url) as desk:
        fine = await desk.client.post("/workflows/lint", {"nodes": NODES, "edges": EDGES})
        assert fine.json() == {"data": {"ok": True, "violations": [], "warnings": []}}
        loop = [*EDGES, {"id": "e3", "source": "paint", "target": "paint"}]
        bad = (await desk.client.post("/workflows/lint", {"nodes": NODES, "edges": loop})).json()
        assert bad["data"]["ok"] is False
        assert {"rule", "message", "fix"} <= set(bad["data"]["violations"][0])
        assert (await desk.client.get("/workflows")).json() == []


async def test_layout_moves_cards_and_nothing_else(database_url: str):
    async with on_desk(database_url) as desk:
        note = {"id": "note", "type": "stickyNote", "position": {"x": -9, "y": -9}, "data": {}}
        made = await saved(desk.client, nodes=[*NODES, note])
        path = f"/workflows/{made['id']}"
        first = (await desk.client.post(f"{path}/layout", {"gapX": 50})).json()
        xs = [first["positions"][name]["x"] for name in ("prompt", "paint", "out")]
        assert xs == [0, 330, 660]
        assert first["moved"] == 3
        read = (await desk.client.get(path)).json()
        assert read["nodes"][3] == note
        for before, after in zip(made["nodes"], read["nodes"], strict=True):
            assert before["data"] == after["data"]
        again = (await desk.client.post(f"{path}/layout", {"gapX": 50})).json()
        assert (again["moved"], again["positions"]) == (0, first["positions"])
        scoped = (await desk.client.post(f"{path}/layout", {"scope": ["out"]})).json()
        assert list(scoped["positions"]) == ["out"]
        bottom = max(place["y"] for name, place in first["positions"].items() if name != "out")
        assert scoped["positions"]["out"]["y"] > bottom
        unknown = await desk.client.post(f"{path}/layout", {"scope": ["nowhere"]})
        assert (unknown.status, unknown.json()["code"]) == (422, "unknown_node")


async def test_lists_are_filtered(database_url: str):
    async with on_desk(database_url) as desk:
        await saved(desk.client, "Fox poster", tags=["red", "wild"], mediaId="m1")
        await saved(desk.client, "Bottle 100%", tags=["red"], teamId="t1", description="For a FOX")
        await saved(desk.client, "Shoe", isActive=False)

        async def names(query: str) -> list[str]:
            return sorted(one["name"] for one in (await desk.client.get(query)).json())

        assert await names("/workflows?tag=wild") == ["Fox poster"]
        assert await names("/workflows?tag=red") == ["Bottle 100%", "Fox poster"]
        assert await names("/workflows?q=fox") == ["Bottle 100%", "Fox poster"]
        assert await names("/workflows?q=100%25") == ["Bottle 100%"]
        assert await names("/workflows?q=%25") == ["Bottle 100%"]
        assert await names("/workflows?isActive=false") == ["Shoe"]
        assert await names("/workflows?mediaId=m1&tag=red") == ["Fox poster"]
        assert await names("/workflows?teamId=t1") == ["Bottle 100%"]
        assert (await desk.client.get("/workflows?isActive=maybe")).status == 400
        first = await desk.client.get("/workflows?tag=red&limit=1")
        cursor = first.headers["x-next-cursor"]
        assert await names(f"/workflows?tag=red&limit=1&cursor={cursor}") == ["Fox poster"]
