"""Webhook endpoints: create, list, change, rotate, and send again what they missed."""

from typing import Annotated, Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import InvalidFields, fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.routes import BASE, add
from pixelmill.db.statements import Row
from pixelmill.delivery.secrets import callback_secret
from pixelmill.domain.access import Scope
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.problems import Detail
from pixelmill.services.webhook_endpoints import (
    NewEndpoint,
    create_endpoint,
    delete_endpoint,
    endpoint_body,
    find_endpoint,
    list_endpoints,
    resend_lost,
    rotate_secret,
    update_endpoint,
)

ENDPOINTS: Final = f"{BASE}/webhook-endpoints"
ONE: Final = f"{ENDPOINTS}/{{id}}"
READ: Final = (Scope.WORKFLOWS_READ,)
WRITE: Final = (Scope.WORKFLOWS_WRITE,)

Url = Annotated[str, Field(min_length=1, max_length=2000)]
Events = Annotated[list[str], Field(max_length=50, description="Names, item.*, or *.")]
Description = Annotated[str, Field(max_length=500)]


class EndpointBody(BaseModel):
    """An endpoint to create."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    url: Url
    events: Events = Field(default_factory=list[str])
    description: Description = ""


class EndpointChange(BaseModel):
    """What may be changed; what is absent stays."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    url: Url = ""
    events: Events = Field(default_factory=list[str])
    description: Description = ""
    enabled: bool = True


class ResendBody(BaseModel):
    """From when on what did not arrive is sent again."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    since: str = Field(json_schema_extra={"format": "date-time"})


def add_routes(app: FastAPI) -> None:
    """All below /webhook-endpoints; the literal path stands before the id."""
    add(
        app, "GET", f"{ENDPOINTS}/callback-secret", get_callback_secret,
        name="getCallbackSecret", summary="What signs the callbacks of this workspace",
        tag="webhooks", scopes=WRITE,
    )  # fmt: skip
    add(
        app, "POST", ENDPOINTS, post_endpoint,
        name="createWebhookEndpoint", summary="Create an endpoint; its secret is shown this once",
        tag="webhooks", scopes=WRITE, status=201, body=EndpointBody,
    )  # fmt: skip
    add(
        app, "GET", ENDPOINTS, get_endpoints,
        name="listWebhookEndpoints", summary="All endpoints", tag="webhooks", scopes=READ,
    )  # fmt: skip
    add(
        app, "GET", ONE, get_endpoint,
        name="getWebhookEndpoint", summary="One endpoint", tag="webhooks", scopes=READ,
    )  # fmt: skip
    add(
        app, "PATCH", ONE, patch_endpoint,
        name="changeWebhookEndpoint", summary="Change an endpoint, or switch it on or off",
        tag="webhooks", scopes=WRITE, body=EndpointChange,
    )  # fmt: skip
    add(
        app, "DELETE", ONE, remove_endpoint,
        name="deleteWebhookEndpoint", summary="Delete an endpoint", tag="webhooks", scopes=WRITE,
        status=204,
    )  # fmt: skip
    add(
        app, "POST", f"{ONE}/rotate-secret", post_rotation,
        name="rotateWebhookSecret", summary="A new secret; both sign for a day", tag="webhooks",
        scopes=WRITE,
    )  # fmt: skip
    add(
        app, "POST", f"{ONE}/resend", post_resend,
        name="resendLostDeliveries", summary="Send again what did not arrive", tag="webhooks",
        scopes=WRITE, status=202, body=ResendBody,
    )  # fmt: skip


async def post_endpoint(request: Request) -> Response:
    """Events are signed as Standard Webhooks; see docs/webhooks.md for each of them."""
    body = fitted(EndpointBody, await read_object(request))
    house = house_of(request)
    made = await create_endpoint(house, caller_of(request), body.url, body.events, body.description)
    location = f"{house.public_url}{ENDPOINTS}/{made.row['id']}"
    return _shown_once(made, 201, {"Location": location})


async def get_endpoints(request: Request) -> Response:
    """The oldest first, without their secrets."""
    rows = await list_endpoints(house_of(request), caller_of(request))
    return _json([endpoint_body(row) for row in rows])


async def get_endpoint(request: Request) -> Response:
    """``failingSince`` is the first failure since it last answered; after five days it is off."""
    return _json(endpoint_body(await _found(request)))


async def patch_endpoint(request: Request) -> Response:
    """An endpoint that is enabled again gets what comes from now on; ``resend`` brings the rest."""
    body = fitted(EndpointChange, await read_object(request))
    changes = body.model_dump(exclude_unset=True)
    row = await update_endpoint(house_of(request), await _found(request), changes)
    return _json(endpoint_body(row))


async def remove_endpoint(request: Request) -> Response:
    """Nothing more is sent there; the log of what was stays."""
    await delete_endpoint(house_of(request), await _found(request))
    return Response(status_code=204)


async def post_rotation(request: Request) -> Response:
    """For a day each message has two signatures, so that a receiver can change over in peace."""
    return _shown_once(await rotate_secret(house_of(request), await _found(request)), 200, {})


async def post_resend(request: Request) -> Response:
    """Under the ids they had, with all attempts before them."""
    body = fitted(ResendBody, await read_object(request))
    try:
        since = parse_rfc3339(body.since)
    except ValueError as error:
        raise InvalidFields(str(error), details=[Detail("since", str(error))]) from None
    count = await resend_lost(house_of(request), await _found(request), since)
    return _json({"resent": count}, 202)


async def get_callback_secret(request: Request) -> Response:
    """It belongs to the workspace and does not change while the server's secret key does not."""
    house = house_of(request)
    secret = callback_secret(house.secret, caller_of(request).workspace_id)
    return Response(
        orjson.dumps({"secret": secret}), 200, {"Cache-Control": "no-store"}, "application/json"
    )


async def _found(request: Request) -> Row:
    return await find_endpoint(house_of(request), caller_of(request), request.path_params["id"])


def _shown_once(made: NewEndpoint, status: int, headers: dict[str, str]) -> Response:
    body = orjson.dumps({**endpoint_body(made.row), "secret": made.secret})
    return Response(body, status, {**headers, "Cache-Control": "no-store"}, "application/json")


def _json(body: object, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")
