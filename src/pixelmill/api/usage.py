"""What was used, and what may still be."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.ledger import SINCE_UNTIL, USAGE, moment
from pixelmill.api.routes import BASE, add
from pixelmill.services.usage import Span, read_usage


def add_routes(app: FastAPI) -> None:
    """One answer under three names."""
    for path, name in (
        ("/developer/usage", "getDeveloperUsage"),
        ("/usage", "getUsage"),
        ("/credits", "getCredits"),
    ):
        add(
            app, "GET", f"{BASE}{path}", get_usage,
            name=name, summary="Credits, limits, and where they went", tag="credits",
            scopes=USAGE, queries=SINCE_UNTIL,
        )  # fmt: skip


async def get_usage(request: Request) -> Response:
    """The sums are of the last 30 days unless ``since`` or ``until`` say otherwise."""
    house = house_of(request)
    span = Span.read(moment(request, "since"), moment(request, "until"), house.parts.clock.now_ms())
    body = await read_usage(house, caller_of(request), span)
    return Response(orjson.dumps(body), media_type="application/json")
