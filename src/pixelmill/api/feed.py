"""The feed of a workspace's events, read page by page or waited for."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import InvalidParameter, integer, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Detail
from pixelmill.services.feed import feed_body, read_feed, wait_for_feed

PAGE: Final = 100
LARGEST_PAGE: Final = 1_000
LONGEST_WAIT_S: Final = 60
_QUERIES: Final = (
    Query("after", "The 'next' of the page before; 'now' starts at the end.", {"type": "string"}),
    Query("limit", "How many at most.", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}),
    Query("types", "Only these, with commas: execution.completed,item.*", {"type": "string"}),
    Query(
        "wait",
        "Answer as soon as there is an event, or after so many seconds.",
        {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT_S},
    ),
)


def add_routes(app: FastAPI) -> None:
    """One list for everything that happens in a workspace."""
    add(
        app, "GET", f"{BASE}/events", list_events,
        name="listEvents", summary="Everything that happened, in one order", tag="events",
        scopes=(Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ), queries=_QUERIES,
    )  # fmt: skip


async def list_events(request: Request) -> Response:
    """Read on behind ``next`` and miss nothing: positions are given after commit, by one relay."""
    house, principal = house_of(request), caller_of(request)
    after = None if text(request, "after") == "now" else _position(request)
    types = [one.strip() for one in (text(request, "types") or "").split(",") if one.strip()]
    limit = integer(request, "limit", PAGE, 1, LARGEST_PAGE)
    wait = integer(request, "wait", 0, 0, LONGEST_WAIT_S)
    if wait:
        page = await wait_for_feed(
            house,
            principal,
            after,
            types,
            limit,
            seconds=wait,
            closing=request.app.state.closing,
        )
    else:
        page = await read_feed(house, principal, after, types, limit)
    return Response(
        orjson.dumps(feed_body(page)),
        media_type="application/json",
        headers={"Cache-Control": "no-store"},
    )


def _position(request: Request) -> int:
    given = text(request, "after") or "0"
    if given.isascii() and given.isdecimal() and len(given) < 19:
        return int(given)
    message = "'after' is the 'next' of the page before, or 'now'."
    raise InvalidParameter(message, details=[Detail("after", message)])
