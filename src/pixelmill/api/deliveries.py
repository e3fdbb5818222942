"""The log of webhook deliveries: list, read with every attempt, send again."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, InvalidParameter, integer, page_links, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.db.deliveries import DELIVERED, FAILED, STOPPED
from pixelmill.db.dispatch import PENDING
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Detail
from pixelmill.services.deliveries import (
    attempts_of,
    delivery_body,
    find_delivery,
    list_deliveries,
    resend,
    whole_delivery_body,
)
from pixelmill.services.webhook_endpoints import find_endpoint

LOG: Final = f"{BASE}/webhook-deliveries"
OF_ENDPOINT: Final = f"{BASE}/webhook-endpoints/{{id}}/deliveries"
READ: Final = (Scope.WORKFLOWS_READ,)
WRITE: Final = (Scope.WORKFLOWS_WRITE,)
STATES: Final = (PENDING, DELIVERED, FAILED, STOPPED)
_STATE: Final = Query(
    "state", "Only those in this state.", {"type": "string", "enum": list(STATES)}
)


def add_routes(app: FastAPI) -> None:
    """The log of a workspace, and that of one endpoint."""
    for path, name in ((LOG, "listDeliveries"), (OF_ENDPOINT, "listDeliveriesOfEndpoint")):
        add(
            app, "GET", path, get_log,
            name=name, summary="Deliveries, the newest first", tag="webhooks", scopes=READ,
            queries=(*LIMIT_AND_CURSOR, _STATE),
        )  # fmt: skip
    add(
        app, "GET", f"{LOG}/{{id}}", get_delivery,
        name="getDelivery", summary="One delivery with its attempts", tag="webhooks", scopes=READ,
    )  # fmt: skip
    add(
        app, "POST", f"{LOG}/{{id}}/resend", post_resend,
        name="resendDelivery", summary="Send a delivery again", tag="webhooks", scopes=WRITE,
        status=202,
    )  # fmt: skip


async def get_log(request: Request) -> Response:
    """A bare array; the header ``X-Next-Cursor`` opens the next page."""
    house, principal = house_of(request), caller_of(request)
    endpoint_id = request.path_params.get("id")
    if endpoint_id is not None:
        await find_endpoint(house, principal, endpoint_id)
    rows, cursor = await list_deliveries(
        house,
        principal,
        integer(request, "limit", 50, 1, 200),
        endpoint_id=endpoint_id,
        state=_state(request),
        before=text(request, "cursor"),
    )
    return Response(
        orjson.dumps([delivery_body(row) for row in rows]),
        media_type="application/json",
        headers=page_links(request, cursor),
    )


async def get_delivery(request: Request) -> Response:
    """What was sent, and of each attempt when, how long, and the first words of the reply."""
    house, principal = house_of(request), caller_of(request)
    row = await find_delivery(house, principal, request.path_params["id"])
    body = whole_delivery_body(row, await attempts_of(house, row))
    return Response(orjson.dumps(body), media_type="application/json")


async def post_resend(request: Request) -> Response:
    """Under the id it had, so that a receiver can tell that it is the same."""
    house, principal = house_of(request), caller_of(request)
    row = await find_delivery(house, principal, request.path_params["id"])
    row = await resend(house, principal, row)
    return Response(orjson.dumps(delivery_body(row)), 202, media_type="application/json")


def _state(request: Request) -> str | None:
    given = text(request, "state")
    if given is None or given in STATES:
        return given
    message = f"'state' is one of {', '.join(STATES)}."
    raise InvalidParameter(message, details=[Detail("state", message)])
