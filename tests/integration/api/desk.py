"""The application of a test, asked in process: no sockets, real database."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from fastapi import FastAPI

from pixelmill.api.app import create_app
from pixelmill.api.sign_in import SignIn
from pixelmill.domain.access import Scope
from pixelmill.services.access import create_key, create_workspace
from tests.integration.engine.stage import Stage, on_stage

BASE = "/api/v1"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    data: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.data)


@dataclass
class Client:
    """Asks the application with one key; paths are below the API's base."""

    app: FastAPI
    key: str | None
    workspace_id: str
    address: str = "192.0.2.1"
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request."""
        sent = {**self.headers, **(headers or {})}
        if self.key is not None:
            sent.setdefault("authorization", f"Bearer {self.key}")
        data = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        if body is not None:
            sent.setdefault("content-type", "application/json")
        return await asgi(self.app, method, path, data, sent, self.address)

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Read."""
        return await self.ask("GET", path, headers=headers)

    async def post(
        self, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make, or do."""
        return await self.ask("POST", path, {} if body is None else body, headers)

    def at(self, address: str) -> "Client":
        """The same from another address."""
        return Client(self.app, self.key, self.workspace_id, address)

    def signed(self, key: str | None) -> "Client":
        """The same with another key."""
        return Client(self.app, key, self.workspace_id, self.address)


async def asgi(
    app: FastAPI, method: str, path: str, data: bytes, headers: Mapping[str, str], address: str
) -> Answer:
    """One request as a server would hand it over."""
    parts = urlsplit(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": BASE + parts.path,
        "raw_path": quote(BASE + parts.path).encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [
            (b"host", b"pixelmill.test"),
            *((name.lower().encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": (address, 4711),
        "server": ("pixelmill.test", 80),
    }
    received: list[dict[str, Any]] = [{"type": "http.request", "body": data, "more_body": False}]
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return received.pop() if received else await asyncio.Future()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)  # type: ignore[arg-type]
    return Answer(
        sent[0]["status"],
        {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


@dataclass
class Desk:
    """An application, its first client, and the stage behind it."""

    stage: Stage
    app: FastAPI
    client: Client

    async def stranger(self, plan: str = "self_hosted") -> Client:
        """A client of another workspace."""
        database = self.stage.house.parts.database
        workspace = await create_workspace(database, "Elsewhere", plan)
        key = await create_key(database, workspace, scopes=frozenset(Scope))
        return Client(self.app, key.secret, workspace)

    async def key_with(self, *scopes: str) -> Client:
        """A client of the first workspace with these scopes only."""
        workspace = self.client.workspace_id
        key = await create_key(self.stage.house.parts.database, workspace, scopes=scopes)
        return Client(self.app, key.secret, workspace)


@asynccontextmanager
async def on_desk(database_url: str, **settings: Any) -> AsyncGenerator[Desk]:
    """The application on a fresh database; ``settings`` are those of the stage."""
    settings.setdefault("working", False)
    async with on_stage(database_url, **settings) as stage:
        app = create_app(stage.house, SignIn(stage.house, stage.principal.workspace_id))
        workspace = stage.principal.workspace_id
        key = await create_key(stage.house.parts.database, workspace, scopes=frozenset(Scope))
        yield Desk(stage, app, Client(app, key.secret, workspace))
