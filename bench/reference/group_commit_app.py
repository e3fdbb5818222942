"""The least accepting service: raw ASGI that answers a POST once its row is on the disk."""

import asyncio
import secrets
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import uvicorn

from bench.reference.group_commit import GroupCommit

Message = MutableMapping[str, Any]
JSON = [(b"content-type", b"application/json")]


class App:
    """One table, one statement, one fsync for all who wait."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: GroupCommit | None = None

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer one request."""
        assert scope["type"] == "http"
        if scope["method"] != "POST":
            await send({"type": "http.response.start", "status": 200, "headers": JSON})
            await send({"type": "http.response.body", "body": b"{}"})
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        id_ = secrets.token_hex(16)
        await self._open().write((id_, body))
        await send({"type": "http.response.start", "status": 201, "headers": JSON})
        await send({"type": "http.response.body", "body": b'{"id":"%s"}' % id_.encode()})

    def _open(self) -> GroupCommit:
        if self._writer is None:
            self._writer = GroupCommit(self._path, "INSERT INTO accepted VALUES (?, ?)")
            self._writer.script("CREATE TABLE accepted (id TEXT PRIMARY KEY, body BLOB)")
        return self._writer


async def serve(port: int, path: Path) -> None:
    """Serve until killed."""
    config = uvicorn.Config(
        App(path), port=port, log_level="warning", access_log=False, lifespan="off", ws="none"
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
