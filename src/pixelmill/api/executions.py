"""Execute, and read how it goes."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.execute_body import ExecuteBody
from pixelmill.api.idempotency import KEY_HEADER
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.recent import recent_of
from pixelmill.api.routes import BASE, Query, add
from pixelmill.api.starting import LONGEST_WAIT_S, PREFER, start
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import is_id
from pixelmill.services.history import HistoryFilter, list_executions
from pixelmill.services.steps import read_steps
from pixelmill.services.watching import (
    LARGEST_PAGE,
    PAGE,
    page_behind,
    read_status,
    wait_for_end,
)
from pixelmill.services.wishes import Wish

MOST_ITEMS: Final = 999_999
READ: Final = (Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ)
EXECUTE: Final = (Scope.WORKFLOWS_EXECUTE,)
_WAIT: Final = Query(
    "wait",
    "Answer when it has ended, or after so many seconds.",
    {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT_S},
)
_FROM: Final = Query(
    "from", "Begin with the item of this runIndexInBatch.", {"type": "integer", "minimum": 0}
)
_DETAIL: Final = Query(
    "detail", "items: without node runs.", {"type": "string", "enum": ["all", "items"]}
)
_FILTERS: Final = (
    Query("status", "Only those in this state.", {"type": "string"}),
    Query("workflowId", "Only those of this workflow.", {"type": "string"}),
    Query("batchId", "Only the one of this batch.", {"type": "string"}),
    Query("tag", "Only those with this tag.", {"type": "string"}),
    Query("since", "Accepted at this time or later.", {"type": "string", "format": "date-time"}),
    Query("until", "Accepted before this time.", {"type": "string", "format": "date-time"}),
)
_STATUS_PATHS: Final = (
    ("/executions/{id}", "getExecution"),
    ("/executions/{id}/poll", "pollExecution"),
    ("/workflows/executions/{id}", "getWorkflowExecution"),
    ("/workflows/executions/{id}/poll", "pollWorkflowExecution"),
)


def add_hot_routes(app: FastAPI) -> None:
    """Execute and the four spellings of status: first, since they are asked most."""
    for path, name, summary in (
        ("/workflows/{id}/execute", "executeWorkflow", "Run a workflow over one item or many"),
        ("/executions", "executeGraph", "Run a graph that is not saved"),
    ):
        add(
            app, "POST", f"{BASE}{path}", start_execution,
            name=name, summary=summary, tag="executions", scopes=EXECUTE, status=201,
            queries=(KEY_HEADER, PREFER), body=ExecuteBody,
        )  # fmt: skip
    for path, name in _STATUS_PATHS:
        add(
            app, "GET", f"{BASE}{path}", read_execution,
            name=name, summary="Status and results of an execution or an item",
            tag="executions", scopes=READ, queries=(*LIMIT_AND_CURSOR, _FROM, _DETAIL, _WAIT),
            replies={304: "Nothing changed since the ETag in If-None-Match."},
        )  # fmt: skip


def add_routes(app: FastAPI) -> None:
    """The lists, and the steps of one execution."""
    add(
        app, "GET", f"{BASE}/executions/{{id}}/steps", read_execution_steps,
        name="getExecutionSteps", summary="Time and cost per node over all items",
        tag="executions", scopes=READ,
    )  # fmt: skip
    for path, name in (
        ("/executions", "listExecutions"),
        ("/workflows/executions", "listWorkflowExecutions"),
        ("/workflows/{id}/executions", "listExecutionsOfWorkflow"),
    ):
        add(
            app, "GET", f"{BASE}{path}", list_history,
            name=name, summary="Executions, the newest first", tag="executions",
            scopes=READ, queries=(*LIMIT_AND_CURSOR, *_FILTERS),
        )  # fmt: skip


async def start_execution(request: Request) -> Response:
    """Accepts durably and answers at once; the work goes on after the answer."""

    def wish_of(raw: dict[str, JsonValue]) -> Wish:
        return fitted(ExecuteBody, raw).wish(request.path_params.get("id"))

    return await start(request, wish_of)


async def read_execution(request: Request) -> Response:
    """``id`` is an execution's or an item's. Items come in pages; follow ``nextCursor``."""
    house, principal = house_of(request), caller_of(request)
    id_ = request.path_params["id"]
    limit = integer(request, "limit", PAGE, 1, LARGEST_PAGE)
    page = page_behind(
        text(request, "cursor"),
        limit,
        first=integer(request, "from", 0, 0, MOST_ITEMS),
        brief=text(request, "detail") == "items",
    )
    wait = integer(request, "wait", 0, 0, LONGEST_WAIT_S)
    if wait:
        await wait_for_end(house, principal, id_, wait, request.app.state.closing)

    async def read() -> bytes:
        return orjson.dumps(await read_status(house, principal, id_, page))

    key = (principal.workspace_id, id_, page)
    # The hub knows executions; an item's status is read each time.
    if is_id(id_, "exe"):
        body = await recent_of(request).status(house.parts.hub, id_, key, read)
    else:
        body = await read()
    return tagged_reply(request, body)


async def read_execution_steps(request: Request) -> Response:
    """``durationMs`` is from the first start to the last end; ``busyMs`` the sum over the items."""
    steps = await read_steps(house_of(request), caller_of(request), request.path_params["id"])
    return tagged_reply(request, orjson.dumps({"steps": steps}))


async def list_history(request: Request) -> Response:
    """A bare array; the header ``X-Next-Cursor`` opens the next page."""
    limit = integer(request, "limit", PAGE, 1, 100)
    wanted = HistoryFilter.read(
        state=text(request, "status"),
        workflow_id=request.path_params.get("id") or text(request, "workflowId"),
        since=text(request, "since"),
        until=text(request, "until"),
        batch=text(request, "batchId"),
        tag=text(request, "tag"),
    )
    bodies, cursor = await list_executions(
        house_of(request), caller_of(request), wanted, limit, text(request, "cursor")
    )
    return Response(
        orjson.dumps(bodies),
        media_type="application/json",
        headers=page_links(request, cursor),
    )
