"""A receiver of webhooks on a real socket: scripted answers, and a log of what it was sent."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

Answer = Callable[["Got"], "tuple[int, dict[str, str], bytes] | int"]


@dataclass(frozen=True)
class Got:
    """One request. ``at`` is the loop's time when it was there whole."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> dict[str, Any]:
        return orjson.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """Verified as the specification says, without our own code."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        text = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        right = "v1," + base64.b64encode(hmac.digest(key, text, hashlib.sha256)).decode()
        return right in self.headers["webhook-signature"].split(" ")


@dataclass
class Receiver:
    """Answers 200 unless it is told otherwise; ``delay_s`` passes before each answer."""

    answer: Answer = lambda _: 200
    delay_s: float = 0.0
    got: list[Got] = field(default_factory=list)
    open_now: int = 0
    most_open: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def until(self, count: int, within_s: float = 20) -> None:
        """Wait until it was asked so often."""
        async with asyncio.timeout(within_s):
            while len(self.got) < count:  # noqa: ASYNC110 - sockets ring no bell
                await asyncio.sleep(0.01)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests of one connection."""
        try:
            while True:
                await self._one(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        original = dict(line.split(": ", 1) for line in head[1:] if line)
        signature = next((v for k, v in original.items() if k.lower() == "webhook-signature"), "")
        headers |= {"webhook-signature": signature, "webhook-id": _exact(original, "webhook-id")}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        got = Got(head[0].split(" ")[1], headers, body, asyncio.get_running_loop().time())
        self.got.append(got)
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            await asyncio.sleep(self.delay_s)
        finally:
            self.open_now -= 1
        answer = self.answer(got)
        status, extra, content = answer if isinstance(answer, tuple) else (answer, {}, b"")
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}"]
        lines += [f"{name}: {value}" for name, value in extra.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        await writer.drain()


def _exact(headers: dict[str, str], name: str) -> str:
    return next((value for key, value in headers.items() if key.lower() == name), "")


@asynccontextmanager
async def receiving(answer: Answer | None = None, delay_s: float = 0.0) -> AsyncIterator[Receiver]:
    """A receiver on a port of its own."""
    receiver = Receiver(answer or (lambda _: 200), delay_s)
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
