"""What surrounds every request: its id, the headers of every reply, metrics, and the last net."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pixelmill.api.metrics import Metrics
from pixelmill.api.problem_replies import problem_reply
from pixelmill.api.recent import Recent
from pixelmill.db.database import DatabaseUnavailable
from pixelmill.kit.clock import Clock
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.sdk.storage import StorageFull

log = structlog.get_logger()

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class NulInQuery(Problem):
    """The query has the character U+0000, which no value may have."""

    code = "invalid_query"
    status = 400
    title = "Invalid query"


class DatabaseAway(Problem):
    """The database does not answer at the moment. Nothing was changed; try again soon."""

    code = "database_unavailable"
    status = 503
    title = "Database unavailable"


class StorageIsFull(Problem):
    """There is no room left to keep a file. Nothing was charged; free space, then try again."""

    code = "storage_full"
    status = 507
    title = "Storage full"


_FORESEEN: Mapping[type[Exception], Callable[[], Problem]] = {
    DatabaseUnavailable: lambda: DatabaseAway(retry_after_s=2),
    StorageFull: StorageIsFull,
    Problem: Problem,
}


class RequestFrame:
    """Gives each request an id (the client's own if it is sane) and lets no traceback out."""

    def __init__(self, app: ASGIApp, metrics: Metrics, clock: Clock) -> None:
        self._app = app
        self._metrics = metrics
        self._clock = clock
        self._recent = Recent(clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        scope["request_id"] = request_id
        scope["recent"] = self._recent
        changes = scope["method"] not in ("GET", "HEAD")
        framing = _Framing(send, request_id, self._recent if changes else None)
        begun = self._clock.monotonic()
        try:
            _without_nul(scope)
            await self._app(scope, receive, framing.send)
        except ClientDisconnect:
            return
        except tuple(_FORESEEN) as error:
            log.warning("request.refused", request_id=request_id, error=str(error))
            if not framing.status:
                reply = problem_reply(Request(scope), _foreseen(error))
                await reply(scope, receive, framing.send)
        except Exception:
            log.exception(
                "request.crashed",
                request_id=request_id,
                method=scope["method"],
                route=_route(scope),
            )
            if not framing.status:
                reply = problem_reply(Request(scope), Problem())
                await reply(scope, receive, framing.send)
        finally:
            seconds = self._clock.monotonic() - begun
            self._metrics.observe(scope["method"], _route(scope), framing.status, seconds)


def _without_nul(scope: Scope) -> None:
    """No id and no text that could be kept holds U+0000; PostgreSQL would stumble over it.

    In a path it is replaced, so that such an id is told of like any other that is unknown.
    """
    if "\0" in scope["path"]:
        scope["path"] = scope["path"].replace("\0", "\ufffd")
    if b"%00" in scope["query_string"]:
        raise NulInQuery


def _foreseen(error: Exception) -> Problem:
    """The problem that tells of a failure which passes without anybody mending the program."""
    if isinstance(error, Problem):
        return error
    return next(make() for kind, make in _FORESEEN.items() if isinstance(error, kind))


class _Framing:
    def __init__(self, send: Send, request_id: str, outdated: Recent | None) -> None:
        self._send = send
        self._outdated = outdated
        self._headers = [
            (b"x-request-id", request_id.encode("ascii")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
        ]
        self.status = 0

    async def send(self, message: Message) -> None:
        """Pass a message on, a reply's start with the headers that every reply has."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            if self._outdated is not None:
                self._outdated.forget()
            message["headers"] = [*message["headers"], *self._headers]
        await self._send(message)


def _request_id(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            return value.decode("ascii") if _SANE_ID.fullmatch(value) else new_id("req")
    return new_id("req")


def _route(scope: Scope) -> str:
    """The route's template, so that a log or a metric never holds an id or a token."""
    route: Any = scope.get("route")
    return getattr(route, "path", "none")
