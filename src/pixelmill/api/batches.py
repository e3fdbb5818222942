"""Batches: an execution as a whole, and its results in the form that the caller wants."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, InvalidParameter, integer, page_links, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Detail
from pixelmill.services.batches import find_batch, read_batch
from pixelmill.services.results import all_results, as_csv, as_ndjson, read_results
from pixelmill.services.watching import LARGEST_PAGE, PAGE, page_behind

READ: Final = (Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ)
FORMATS: Final = {
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "csv": "text/csv",
}
_FORMAT: Final = Query(
    "format",
    "json: a page. ndjson and csv: everything from the cursor on. Else the header Accept decides.",
    {"type": "string", "enum": list(FORMATS)},
)


def add_routes(app: FastAPI) -> None:
    """The roll-up, and the results."""
    add(
        app, "GET", f"{BASE}/batches/{{id}}", get_batch,
        name="getBatch", summary="Counts and money of a batch, and its runs", tag="batches",
        scopes=READ, queries=LIMIT_AND_CURSOR,
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/batches/{{id}}/results", get_results,
        name="getBatchResults", summary="The results of a batch as JSON, NDJSON or CSV",
        tag="batches", scopes=READ, queries=(*LIMIT_AND_CURSOR, _FORMAT),
    )  # fmt: skip


async def get_batch(request: Request) -> Response:
    """``id`` is the ``batchId``, which is the ``executionId``. Runs come in pages."""
    limit = integer(request, "limit", PAGE, 1, LARGEST_PAGE)
    page = page_behind(text(request, "cursor"), limit, brief=True)
    house, principal = house_of(request), caller_of(request)
    body = await read_batch(house, principal, request.path_params["id"], page)
    return tagged_reply(request, orjson.dumps(body))


async def get_results(request: Request) -> Response:
    """One row per item, in the order of the inputs, finished or not."""
    house, principal = house_of(request), caller_of(request)
    wanted = _format(request)
    limit = integer(request, "limit", PAGE, 1, LARGEST_PAGE)
    page = page_behind(text(request, "cursor"), limit)
    execution = await find_batch(house, principal, request.path_params["id"])
    if wanted != "json":
        pages = all_results(house, principal, execution, page)
        written = as_csv(pages) if wanted == "csv" else as_ndjson(pages)
        name = f'attachment; filename="{execution["id"]}.{wanted}"'
        media_type = f"{FORMATS[wanted]}; charset=utf-8"
        return StreamingResponse(
            written, headers={"Content-Disposition": name, "Content-Type": media_type}
        )
    found = await read_results(house, principal, execution, page)
    body = {
        "batchId": execution["id"],
        "status": execution["state"],
        "runCount": execution["total"],
        "results": found.rows,
        "nextCursor": found.next_cursor,
        "hasMore": found.next_cursor is not None,
    }
    headers = page_links(request, found.next_cursor)
    return Response(orjson.dumps(body), headers=headers, media_type=FORMATS["json"])


def _format(request: Request) -> str:
    given = text(request, "format")
    if given in FORMATS:
        return given
    if given is not None:
        message = f"'format' is one of {', '.join(FORMATS)}."
        raise InvalidParameter(message, details=[Detail("format", message)])
    accepted = request.headers.get("accept", "").lower()
    return next((name for name, kind in FORMATS.items() if kind in accepted), "json")
