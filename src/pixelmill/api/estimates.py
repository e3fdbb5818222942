"""Estimate: what an execution would cost, without starting it."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import LARGE_BYTES, fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.execute_body import ExecuteBody
from pixelmill.api.routes import BASE, add
from pixelmill.domain.access import Scope
from pixelmill.services.estimating import estimate


def add_routes(app: FastAPI) -> None:
    """The estimate of a saved workflow, or of the body that execute would be given."""
    add(
        app, "POST", f"{BASE}/workflows/{{id}}/estimate", post_estimate,
        name="estimateWorkflow", summary="What an execution would cost", tag="executions",
        scopes=(Scope.WORKFLOWS_READ, Scope.WORKFLOWS_EXECUTE), body=ExecuteBody,
    )  # fmt: skip


async def post_estimate(request: Request) -> Response:
    """Takes ``{}`` for one item, or the body of execute. Results that are known cost nothing."""
    body = fitted(ExecuteBody, await read_object(request, LARGE_BYTES))
    wish = body.wish(request.path_params["id"])
    told = await estimate(house_of(request), caller_of(request), wish)
    return Response(orjson.dumps({"data": told}), media_type="application/json")
