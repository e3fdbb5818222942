"""Prompt sets: files of rows, kept to be executed."""

from typing import Final

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import UnsupportedMediaType, read_capped
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.multipart import MULTIPART, read_form
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Problem
from pixelmill.services.prompt_files import MOST_BYTES
from pixelmill.services.prompt_sets import (
    delete_prompt_set,
    keep_prompt_set,
    list_prompt_sets,
    read_prompt_set,
)

ENDINGS: Final = {
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/plain": "txt",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "application/x-jsonlines": "jsonl",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
_FORM_BYTES: Final = 64 << 10
"""What a form adds to its file."""
_NAME: Final = Query("name", "The name of a file that is sent bare.", {"type": "string"})
_BINARY: Final = {"type": "string", "format": "binary"}
_BODY: Final = {
    "multipart/form-data": {
        "schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}
    },
    **{media_type: {"schema": _BINARY} for media_type in ENDINGS},
}


class NoPromptFile(Problem):
    """The form has no file. Send one in the field 'file'."""

    code = "missing_fields"
    status = 422
    title = "No file"


def add_routes(app: FastAPI) -> None:
    """Keep, list, read, delete."""
    add(
        app, "POST", f"{BASE}/prompt-sets", post_prompt_set,
        name="createPromptSet", summary="Keep rows from CSV, XLSX, JSON lines or text",
        tag="prompt sets", scopes=(Scope.WORKFLOWS_WRITE, Scope.WORKFLOWS_EXECUTE), status=201,
        queries=(_NAME,), body=_BODY,
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/prompt-sets", get_prompt_sets,
        name="listPromptSets", summary="Prompt sets, the newest first", tag="prompt sets",
        scopes=(Scope.WORKFLOWS_READ,), queries=LIMIT_AND_CURSOR,
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/prompt-sets/{{id}}", get_prompt_set,
        name="getPromptSet", summary="A prompt set with its first rows", tag="prompt sets",
        scopes=(Scope.WORKFLOWS_READ,),
    )  # fmt: skip
    add(
        app, "DELETE", f"{BASE}/prompt-sets/{{id}}", remove_prompt_set,
        name="deletePromptSet", summary="Forget a prompt set", tag="prompt sets",
        scopes=(Scope.WORKFLOWS_WRITE, Scope.WORKFLOWS_EXECUTE), status=204,
    )  # fmt: skip


async def post_prompt_set(request: Request) -> Response:
    """A file in the field ``file`` of a form, or bare. One faulty row refuses the whole file."""
    data, name = await _file(request)
    body = await keep_prompt_set(house_of(request), caller_of(request), data, name)
    return Response(orjson.dumps({"data": body}), 201, media_type="application/json")


async def get_prompt_sets(request: Request) -> Response:
    """A bare array; the header ``X-Next-Cursor`` opens the next page."""
    limit = integer(request, "limit", 50, 1, 100)
    found, cursor = await list_prompt_sets(
        house_of(request), caller_of(request), limit, text(request, "cursor")
    )
    headers = page_links(request, cursor)
    return Response(orjson.dumps(found), headers=headers, media_type="application/json")


async def get_prompt_set(request: Request) -> Response:
    """Columns, how many rows, and the first of them."""
    id_ = request.path_params["id"]
    body = await read_prompt_set(house_of(request), caller_of(request), id_)
    return Response(orjson.dumps({"data": body}), media_type="application/json")


async def remove_prompt_set(request: Request) -> Response:
    """Executions that were started with it keep their rows."""
    await delete_prompt_set(house_of(request), caller_of(request), request.path_params["id"])
    return Response(status_code=204)


async def _file(request: Request) -> tuple[bytes, str]:
    content_type = request.headers.get("content-type", "").lower()
    if content_type.startswith(MULTIPART):
        form = read_form(
            await read_capped(request, MOST_BYTES + _FORM_BYTES), request.headers["content-type"]
        )
        file = form.get("file") or next((part for part in form.values() if part.file_name), None)
        if file is None:
            raise NoPromptFile
        return file.data, file.file_name or "prompts.csv"
    ending = ENDINGS.get(content_type.partition(";")[0].strip())
    if ending is None:
        raise UnsupportedMediaType(
            f"Send the file in a form, or bare as one of {', '.join(ENDINGS)}."
        )
    name = text(request, "name") or "prompts"
    named = name if "." in name else f"{name}.{ending}"
    return await read_capped(request, MOST_BYTES), named
