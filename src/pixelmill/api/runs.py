"""Run: a workflow as a function of its published inputs, described to callers and called."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.execute_body import RunBody
from pixelmill.api.idempotency import KEY_HEADER
from pixelmill.api.routes import BASE, add
from pixelmill.api.starting import PREFER, start
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.domain.values import JsonValue
from pixelmill.services.describing import describe_inputs
from pixelmill.services.wishes import Wish


def add_routes(app: FastAPI) -> None:
    """Describe and run."""
    add(
        app, "GET", f"{BASE}/workflows/{{id}}/run", get_inputs,
        name="describeRun", summary="The inputs of a workflow, with an example", tag="executions",
        scopes=(Scope.WORKFLOWS_READ, Scope.WORKFLOWS_EXECUTE),
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/workflows/{{id}}/run", post_run,
        name="runWorkflow", summary="Run a workflow over its published inputs", tag="executions",
        scopes=(Scope.WORKFLOWS_EXECUTE,), status=202, queries=(KEY_HEADER, PREFER), body=RunBody,
    )  # fmt: skip


async def get_inputs(request: Request) -> Response:
    """``example`` is a body that ``POST`` takes."""
    house, principal = house_of(request), caller_of(request)
    body = await describe_inputs(house, principal, request.path_params["id"])
    return tagged_reply(request, orjson.dumps({"data": body}))


async def post_run(request: Request) -> Response:
    """Runs the whole workflow again: no earlier result is reused, and seeds are new."""

    def wish_of(raw: dict[str, JsonValue]) -> Wish:
        return fitted(RunBody, raw).wish(request.path_params["id"])

    return await start(request, wish_of)
