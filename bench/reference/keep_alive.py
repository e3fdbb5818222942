"""The least HTTP client: one request at a time on a kept connection, the reply cut by length."""

import asyncio
from typing import cast

LENGTH = b"content-length:"


class KeepAlive(asyncio.Protocol):
    """A kept connection that posts a body and hands over the reply's body."""

    def __init__(self, path: str = "/draw") -> None:
        self._path = path
        self._pending = bytearray()
        self._wanted = 0
        self._head = 0
        self._waiting: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self._transport = cast("asyncio.Transport", transport)

    def post(self, body: bytes) -> "asyncio.Future[bytes]":
        """Send a JSON body; the future has the reply's body."""
        self._waiting = asyncio.get_running_loop().create_future()
        head = (
            f"POST {self._path} HTTP/1.1\r\nHost: vendor\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        return self._waiting

    def data_received(self, data: bytes) -> None:
        """Gather until the reply is whole."""
        self._pending += data
        if not self._wanted:
            end = self._pending.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._pending[:end]).lower()
            at = head.index(LENGTH) + len(LENGTH)
            self._head = end + 4
            self._wanted = self._head + int(head[at:].split(b"\r\n", 1)[0])
        if len(self._pending) >= self._wanted and self._waiting is not None:
            body = bytes(self._pending[self._head : self._wanted])
            self._pending.clear()
            self._wanted = 0
            self._waiting.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail what waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("closed"))


async def connect(port: int) -> KeepAlive:
    """A connection to loopback."""
    _, client = await asyncio.get_running_loop().create_connection(KeepAlive, "127.0.0.1", port)
    return client
