"""The real application on a real database: in this process, or behind a socket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi import FastAPI

from pixelmill.api.app import create_app
from pixelmill.api.serving import serve
from pixelmill.api.sign_in import SignIn
from pixelmill.bootstrap import open_house
from pixelmill.services.access import create_key, create_workspace
from pixelmill.services.house import House
from pixelmill.settings import Settings

TEXT = {"id": "prompt", "data": {"nodeType": "input:text", "label": "Prompt"}}
SKETCH = {
    "id": "gen",
    "data": {
        "nodeType": "generate:sketch",
        "label": "Generate",
        "params": {"image_size": {"width": 64, "height": 80}},
    },
}
WIRE = {"id": "e1", "source": "prompt", "target": "gen"}
TEXTS: dict[str, Any] = {"nodes": [TEXT], "edges": []}
"""A graph that costs nothing and needs no child process."""
PICTURES: dict[str, Any] = {"nodes": [TEXT, SKETCH], "edges": [WIRE]}


@dataclass(frozen=True)
class Site:
    """An installation with one workspace, and a client that holds a key of it."""

    house: House
    app: FastAPI
    sign_in: SignIn
    workspace_id: str
    client: httpx.AsyncClient

    async def key(self, *scopes: str, workspace_id: str | None = None) -> dict[str, str]:
        """The header of a new key; without scopes it has the usual ones."""
        options = {"scopes": scopes} if scopes else {}
        made = await create_key(
            self.house.parts.database, workspace_id or self.workspace_id, **options
        )
        return {"Authorization": f"Bearer {made.secret}"}

    async def stranger(self) -> dict[str, str]:
        """The header of a key of another workspace."""
        other = await create_workspace(self.house.parts.database, "Others")
        return await self.key(workspace_id=other)

    async def workflow(self, graph: dict[str, Any] = TEXTS) -> str:
        """A saved workflow's id."""
        reply = await self.client.post("/api/v1/workflows", json={"name": "W", **graph})
        assert reply.status_code == 201, reply.text
        return reply.json()["id"]

    async def finished(self, body: dict[str, Any], graph: dict[str, Any] = TEXTS) -> dict[str, Any]:
        """The status of an execution that has run to its end."""
        reply = await self.client.post("/api/v1/executions", json={**graph, **body})
        assert reply.status_code == 201, reply.text
        path = f"/api/v1/executions/{reply.json()['executionId']}?wait=30"
        return (await self.client.get(path)).json()


@asynccontextmanager
async def site_on(
    database_url: str,
    data: Path,
    *,
    working: bool = False,
    plan: str = "self_hosted",
    credits_: int = 0,
) -> AsyncIterator[Site]:
    """An installation on this database, with or without an engine."""
    settings = Settings(data=data, database_url=database_url, storage_url=str(data / "assets"))
    async with open_house(settings, working=working) as house:
        workspace_id = await create_workspace(
            house.parts.database, "Mine", plan, millicredits=credits_ * 1000
        )
        sign_in = SignIn(house, workspace_id)
        app = create_app(house, sign_in)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            site = Site(house, app, sign_in, workspace_id, client)
            client.headers.update(await site.key())
            yield site


@pytest.fixture
async def site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """It accepts and tells, and runs nothing."""
    async with site_on(sqlite_url, tmp_path) as found:
        yield found


@pytest.fixture
async def working_site(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """It runs what it accepts."""
    async with site_on(sqlite_url, tmp_path, working=True) as found:
        yield found


@pytest.fixture
async def any_site(database_url: str, tmp_path: Path) -> AsyncIterator[Site]:
    """It runs what it accepts, on each store."""
    async with site_on(database_url, tmp_path, working=True) as found:
        yield found


@asynccontextmanager
async def served(site: Site) -> AsyncIterator[httpx.AsyncClient]:
    """The same site behind a socket, as uvicorn serves it; its links lead there."""
    bound = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{bound.getsockname()[1]}"
    house = replace(site.house, public_url=address)
    stop = asyncio.Event()
    serving = asyncio.create_task(
        serve(house, SignIn(house, site.workspace_id), sockets=[bound], stop=stop)
    )
    try:
        async with httpx.AsyncClient(base_url=address, headers=site.client.headers) as client:
            yield client
    finally:
        stop.set()
        await serving
