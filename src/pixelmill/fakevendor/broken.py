"""Answers as no vendor should give them: dropped, endless, cut, dripping, or not what was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_DRIP_S = 0.5
_HUGE_BYTES = 300 * 1024 * 1024
_PIECE = b"A" * (1024 * 1024)
_ABORT = "fakevendor.abort"


class AbortKnown:
    """Middleware that lets an answer drop its connection, as far as the server shows it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cycle = getattr(send, "__self__", None)
        scope[_ABORT] = getattr(getattr(cycle, "transport", None), "abort", None)
        await self._app(scope, receive, send)


class Dropped(Response):
    """The connection breaks before the first byte."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del send
        abort = cast("Callable[[], None] | None", scope.get(_ABORT))
        if abort is not None:
            abort()
        await _gone(receive)


class Never(Response):
    """No answer, however long one waits."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, send
        await _gone(receive)


class Truncated(Response):
    """The head promises the whole body; half of it comes, then the connection breaks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        half = bytes(self.body)[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0.01)
        await Dropped()(scope, receive, send)


def broken(kind: str, body: bytes, media_type: str) -> Response | None:
    """The answer that a fault makes of ``body``, or None when it leaves it alone."""
    plain: dict[str, Callable[[], Response]] = {
        "timeout": Never,
        "ghost": Dropped,
        "truncated": lambda: Truncated(body, media_type=media_type),
        "empty": lambda: Response(b"", media_type=media_type),
        "bad_json": lambda: Response(b'{"data": [{"b64_', media_type=media_type),
        "html200": lambda: Response("<html><b>Hello</b><script>x</script></html>", 200, _HTML),
        "wrong_type": lambda: Response(b'"just a text"', media_type=media_type),
        "no_images": lambda: Response(b'{"data": [], "images": []}', media_type=media_type),
        "huge_body": lambda: StreamingResponse(_huge(), media_type=media_type),
        "slow_loris": lambda: _dripping(body, media_type),
    }
    return plain[kind]() if kind in plain else None


_HTML = {"content-type": "text/html"}


def _dripping(body: bytes, media_type: str) -> Response:
    head: Any = {"content-length": str(len(body))}
    return StreamingResponse(_drops(body), 200, head, media_type)


async def _drops(body: bytes) -> AsyncIterator[bytes]:
    for position in range(len(body)):
        yield body[position : position + 1]
        await asyncio.sleep(_DRIP_S)


async def _huge() -> AsyncIterator[bytes]:
    yield b'{"data": [{"b64_json": "'
    for _ in range(_HUGE_BYTES // len(_PIECE)):
        yield _PIECE
    yield b'"}]}'


async def _gone(receive: Receive) -> None:
    """Wait until the other side hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass
