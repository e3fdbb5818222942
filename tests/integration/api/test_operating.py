"""What operators and readers get: readiness, numbers, the catalog, documents and pages."""

import re
from pathlib import Path
from typing import Any

import pytest

from pixelmill.api.sign_in import SignIn
from pixelmill.sdk.storage import StorageFull
from tests.integration.api.conftest import TEXTS, Site

NAMES = {
    *("executeGraph", "executeWorkflow", "getAsset", "getAssetContent"),
    *("getAssetContentHead", "getAssetThumbnail", "getExecution", "getExecutionSteps"),
    *("getMetrics", "getWorkflow", "getWorkflowExecution", "isAlive", "isReady"),
    *("listExecutions", "listExecutionsOfWorkflow", "listModels", "listNodes"),
    *("listWorkflowExecutions", "listWorkflows", "pollExecution", "pollWorkflowExecution"),
    *("saveWorkflow", "streamExecutionEvents", "uploadMedia"),
}
"""Generated clients are built on these: they may be added to, never changed."""


async def test_ready_says_which_part_does_not_answer(
    working_site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = await working_site.client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")

    async def full() -> None:
        raise StorageFull

    monkeypatch.setattr(working_site.house.parts.storage, "check", full)
    broken = await working_site.client.get("/readyz")
    assert broken.status_code == 503
    assert broken.json()["checks"]["storage"] == "does not answer"
    assert (await working_site.client.get("/healthz")).json() == {"status": "ok"}


async def test_metrics_count_requests_by_route_and_hold_no_id(site: Site) -> None:
    workflow = await site.workflow()
    await site.client.get(f"/api/v1/workflows/{workflow}")
    await site.client.post("/api/v1/executions", json={**TEXTS, "prompts": ["a"]})
    text = (await site.client.get("/metrics")).text
    route = 'route="/api/v1/workflows/{id}"'
    assert f'pixelmill_http_requests_total{{method="GET",{route},status="200"}} 1.0' in text
    assert "pixelmill_executions_accepted_total 1.0" in text
    assert 'pixelmill_items_open{state="PENDING"} 1.0' in text
    assert workflow not in text


async def test_the_catalog_tells_ports_forms_and_prices(site: Site) -> None:
    nodes = (await site.client.get("/api/v1/nodes")).json()["nodes"]
    by_type: dict[str, Any] = {node["nodeType"]: node for node in nodes}
    sketch = by_type["generate:sketch"]
    prompt = next(port for port in sketch["inputs"] if port["id"] == "prompt")
    assert (prompt["type"], prompt["isPort"]) == ("TEXT", False)
    assert sketch["credits"]["credits"] == 1
    assert sketch["schema"]["properties"]["prompt"]["x-type"] == "text"
    assert {node["category"] for node in nodes} >= {"input", "generate", "edit", "output"}
    models = (await site.client.get("/api/v1/models")).json()["models"]
    ready = {model["id"]: model["ready"] for model in models}
    assert ready["sketch"] is True
    assert all(model["price"]["credits"] >= 0 for model in models)


async def test_workflows_are_listed_page_by_page(site: Site) -> None:
    made = [await site.workflow() for _ in range(5)]
    seen: list[str] = []
    path: str | None = "/api/v1/workflows?limit=2"
    while path:
        reply = await site.client.get(path)
        assert "nodes" not in reply.json()[0]
        seen += [one["id"] for one in reply.json()]
        path = str(reply.links["next"]["url"]) if "next" in reply.links else None
    assert seen == made[::-1]


async def test_operation_ids_are_stable(site: Site) -> None:
    document = (await site.client.get("/openapi.json")).json()
    names = [
        operation["operationId"]
        for operations in document["paths"].values()
        for operation in operations.values()
    ]
    assert len(names) == len(set(names))
    assert set(names) >= NAMES
    assert document["openapi"].startswith("3.1")


async def test_every_reference_of_the_document_leads_somewhere(site: Site) -> None:
    document = (await site.client.get("/openapi.json")).json()

    def references(value: Any) -> set[str]:
        if isinstance(value, list):
            return {found for one in value for found in references(one)}
        if not isinstance(value, dict):
            return set()
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own | {found for one in value.values() for found in references(one)}

    found = references(document)
    assert "#/components/schemas/Problem" in found
    for reference in found:
        name = reference.removeprefix("#/components/schemas/")
        assert name in document["components"]["schemas"], reference


FROM_OUTSIDE = re.compile(
    r"""(?:src|href|action)\s*=\s*["']?https?:|url\(["']?https?:|import\s*["'(]+https?:"""
)


async def test_pages_load_nothing_from_outside(site: Site) -> None:
    site.client.cookies.set("pixelmill", site.sign_in.cookie())
    pages = ("/", "/batches/exe_x", "/docs", "/docs/errors", "/page/batches.js", "/page/icon.svg")
    for path in (*pages, "/page/batches.css", "/page/parts.js", "/page/sheet.js"):
        reply = await site.client.get(path)
        assert reply.status_code == 200, path
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert FROM_OUTSIDE.search(reply.text) is None, path
    assert (await site.client.get("/page/app.py")).status_code == 404
    assert (await site.client.get("/page/..%2f__init__.py")).status_code == 404


async def test_every_error_is_documented_where_its_type_points(site: Site) -> None:
    problem = (await site.client.get("/api/v1/executions/exe_x")).json()
    page, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in (await site.client.get(page)).text


async def test_a_test_clock_shows_in_readiness(sqlite_url: str, tmp_path: Path) -> None:
    import httpx2 as httpx

    from pixelmill.api.app import create_app
    from pixelmill.bootstrap import open_house
    from pixelmill.settings import Settings

    clock = tmp_path / "clock"
    clock.write_text("86400")
    settings = Settings(data=tmp_path, database_url=sqlite_url, simulate=True, test_clock=clock)
    async with open_house(settings, working=False) as house:
        app = create_app(house, SignIn(house, "ws_x"))
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            assert "testClock" in (await client.get("/readyz")).json()
