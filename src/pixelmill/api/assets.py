"""Stored pictures as data: read by id, and deleted."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.routes import BASE, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.services.assets import read_asset
from pixelmill.services.media import delete_asset


def add_routes(app: FastAPI) -> None:
    """Assets by id."""
    add(
        app, "GET", f"{BASE}/assets/{{id}}", get_asset,
        name="getAsset", summary="What is known of a stored picture, with fresh links",
        tag="assets", scopes=(Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ),
    )  # fmt: skip
    add(
        app, "DELETE", f"{BASE}/assets/{{id}}", remove_asset,
        name="deleteAsset", summary="Delete a stored picture", tag="assets",
        scopes=(Scope.WORKFLOWS_WRITE,), status=204,
    )  # fmt: skip


async def get_asset(request: Request) -> Response:
    """The links expire in a week; the id stays."""
    body = await read_asset(house_of(request), caller_of(request), request.path_params["id"])
    return tagged_reply(request, orjson.dumps(body))


async def remove_asset(request: Request) -> Response:
    """Its links answer 410 from now on. Bytes that another asset shares stay for that one."""
    await delete_asset(house_of(request), caller_of(request), request.path_params["id"])
    return Response(status_code=204)
