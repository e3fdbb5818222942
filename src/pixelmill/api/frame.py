"""What surrounds every request: its id, the headers of every reply, metrics, and the last net."""

import re
from typing import Any, Final

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pixelmill.api.metrics import Metrics
from pixelmill.api.problem_replies import problem_reply
from pixelmill.api.recent import Recent
from pixelmill.kit.clock import Clock
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem

log = structlog.get_logger()

_SANE_ID: Final = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


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
            await self._app(scope, receive, framing.send)
        except ClientDisconnect:
            return
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
