"""The live stream of an execution: its events as Server-Sent Events."""

from collections.abc import AsyncIterator
from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import InvalidParameter
from pixelmill.api.routes import BASE, Query, add
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Detail
from pixelmill.services.telling import Told, follow, has_more

HEARTBEAT_S: Final = 15.0
_LAST: Final = Query(
    "Last-Event-ID",
    "The id of the last event that was seen; the stream goes on behind it.",
    {"type": "string"},
    "header",
)
_AFTER: Final = Query("after", "The same as a parameter.", {"type": "integer", "minimum": 0})


def add_routes(app: FastAPI) -> None:
    """The stream of one execution."""
    add(
        app, "GET", f"{BASE}/executions/{{id}}/events", stream_events,
        name="streamExecutionEvents", summary="What happens, as it happens", tag="executions",
        scopes=(Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ), reply="text/event-stream",
        queries=(_LAST, _AFTER), replies={204: "It has ended and everything was told."},
    )  # fmt: skip


async def stream_events(request: Request) -> Response:
    """Events are numbered without gaps: who comes back with ``Last-Event-ID`` misses none.

    ``progress`` events pass by and have no number. The stream ends with the execution.
    """
    house, principal = house_of(request), caller_of(request)
    id_, after = request.path_params["id"], _after(request)
    if not await has_more(house, principal, id_, after):
        return Response(status_code=204)
    told = follow(
        house,
        principal,
        id_,
        after,
        heartbeat_s=HEARTBEAT_S,
        closing=request.app.state.closing,
    )
    return StreamingResponse(
        _written(told),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )


async def _written(told: AsyncIterator[Told]) -> AsyncIterator[bytes]:
    """Events in the form of the HTML standard, section 9.2."""
    yield b"retry: 1000\n\n"
    async for one in told:
        yield _lines(one)


def _lines(told: Told) -> bytes:
    if not told.type:
        return b": still here\n\n"
    number = f"id: {told.seq}\n" if told.seq is not None else ""
    return f"{number}event: {told.type}\n".encode() + b"data: " + orjson.dumps(told.data) + b"\n\n"


def _after(request: Request) -> int:
    given = request.headers.get("last-event-id") or request.query_params.get("after") or "0"
    if not (given.isascii() and given.isdecimal() and len(given) < 19):
        message = "'Last-Event-ID' is the number of an event."
        raise InvalidParameter(message, details=[Detail("Last-Event-ID", message)])
    return int(given)
