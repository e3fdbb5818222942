"""Uploads: a file in a form or at an address is taken in; what was uploaded is listed, deleted."""

from typing import Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_capped, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.multipart import MULTIPART, read_form
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.routes import BASE, add
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Problem
from pixelmill.services.media import delete_asset, list_uploads
from pixelmill.services.uploads import UPLOAD_BYTES, upload, upload_from

_FORM_BYTES: Final = 64 << 10
"""What a form may add to its file."""
_BODY: Final = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    },
    "application/json": {
        "schema": {
            "type": "object",
            "properties": {"url": {"type": "string", "format": "uri"}},
            "required": ["url"],
        }
    },
}


class NoFile(Problem):
    """The form has no file. Send one in the field 'file'."""

    code = "missing_fields"
    status = 422
    title = "No file"


class UploadBody(BaseModel):
    """An address to fetch a picture from."""

    model_config = ConfigDict(extra="forbid", strict=True)

    url: str = Field(min_length=1, max_length=4096)


def add_routes(app: FastAPI) -> None:
    """Literal paths below /media stand before these."""
    add(
        app, "POST", f"{BASE}/media/upload", upload_media,
        name="uploadMedia", summary="Keep a picture to use as an input", tag="assets",
        scopes=(Scope.WORKFLOWS_WRITE,), status=201, body=_BODY,
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/media", list_media,
        name="listMedia", summary="What was uploaded, the newest first", tag="assets",
        scopes=(Scope.WORKFLOWS_READ, Scope.EXECUTIONS_READ), queries=LIMIT_AND_CURSOR,
    )  # fmt: skip
    add(
        app, "DELETE", f"{BASE}/media/{{id}}", remove_media,
        name="deleteMedia", summary="Delete an upload", tag="assets",
        scopes=(Scope.WORKFLOWS_WRITE,), status=204,
    )  # fmt: skip


async def upload_media(request: Request) -> Response:
    """A file in the field ``file`` of a form, or JSON ``{"url": …}``; 25 MB at most.

    It is decoded once to be sure, and kept without EXIF, places and comments.
    """
    house, principal = house_of(request), caller_of(request)
    if request.headers.get("content-type", "").lower().startswith(MULTIPART):
        body = await read_capped(request, UPLOAD_BYTES + _FORM_BYTES)
        form = read_form(body, request.headers["content-type"])
        file = form.get("file") or next((part for part in form.values() if part.file_name), None)
        if file is None:
            raise NoFile
        asset = await upload(
            house, principal, file.data, declared=file.media_type, name=file.file_name
        )
    else:
        wish = fitted(UploadBody, await read_object(request))
        asset = await upload_from(house, principal, wish.url)
    return Response(orjson.dumps({"data": asset}), 201, media_type="application/json")


async def list_media(request: Request) -> Response:
    """Results of executions are not among them."""
    found, cursor = await list_uploads(
        house_of(request),
        caller_of(request),
        integer(request, "limit", 50, 1, 200),
        text(request, "cursor"),
    )
    body = {"data": found, "nextCursor": cursor, "hasMore": cursor is not None}
    return Response(
        orjson.dumps(body), media_type="application/json", headers=page_links(request, cursor)
    )


async def remove_media(request: Request) -> Response:
    """Its links answer 410 from now on; workflows that name it have to name another."""
    await delete_asset(
        house_of(request), caller_of(request), request.path_params["id"], uploaded=True
    )
    return Response(status_code=204)
