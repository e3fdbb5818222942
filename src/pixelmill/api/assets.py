"""Stored pictures as data, and taking in new ones."""

from typing import Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import LARGE_BYTES, fitted, read_capped, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.multipart import MULTIPART, read_form
from pixelmill.api.routes import BASE, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.kit.problems import Problem
from pixelmill.services.assets import read_asset
from pixelmill.services.uploads import upload, upload_from

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

    url: str = Field(max_length=4096, pattern="^https?://")


def add_routes(app: FastAPI) -> None:
    """Assets by id, and uploads."""
    add(
        app, "GET", f"{BASE}/assets/{{id}}", get_asset,
        name="getAsset", summary="What is known of a stored picture, with fresh links",
        tag="assets", scopes=(Scope.EXECUTIONS_READ, Scope.WORKFLOWS_READ),
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/media/upload", upload_media,
        name="uploadMedia", summary="Keep a picture to use as an input", tag="assets",
        scopes=(Scope.WORKFLOWS_WRITE,), status=201, body=_BODY,
    )  # fmt: skip


async def get_asset(request: Request) -> Response:
    """The links expire in a week; the id stays."""
    body = await read_asset(house_of(request), caller_of(request), request.path_params["id"])
    return tagged_reply(request, orjson.dumps(body))


async def upload_media(request: Request) -> Response:
    """A file in the field ``file`` of a form, or JSON ``{"url": …}``. It is decoded to be sure."""
    house, principal = house_of(request), caller_of(request)
    if request.headers.get("content-type", "").lower().startswith(MULTIPART):
        body = await read_capped(request, LARGE_BYTES)
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
