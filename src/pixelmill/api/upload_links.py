"""Uploads past the API key: a signed address is asked for, takes one file, and is completed."""

import orjson
from fastapi import FastAPI
from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_capped, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.routes import BASE, Query, add
from pixelmill.domain.access import Scope
from pixelmill.services.upload_links import (
    check_unused,
    complete,
    open_upload,
    read_ticket,
    receive,
)
from pixelmill.services.uploads import UPLOAD_BYTES

_SIGNED = tuple(
    Query(name, "As in the address.", {"type": "string"})
    for name in ("workspace", "expires", "type", "name", "signature")
)


class UploadLinkBody(BaseModel):
    """What is known of the file beforehand; nothing of it is believed."""

    model_config = ConfigDict(extra="ignore", strict=True)

    name: str | None = Field(
        None, max_length=1000, validation_alias=AliasChoices("fileName", "filename", "name")
    )
    content_type: str | None = Field(
        None, max_length=200, validation_alias=AliasChoices("contentType", "mimeType")
    )
    size_bytes: int | None = Field(
        None, ge=0, validation_alias=AliasChoices("size", "sizeBytes", "fileSize")
    )


class CompleteBody(BaseModel):
    """Which upload is complete."""

    model_config = ConfigDict(extra="forbid", strict=True)

    media_id: str = Field(alias="mediaId", max_length=100)


def add_routes(app: FastAPI) -> None:
    """The three steps."""
    add(
        app, "POST", f"{BASE}/media/upload-url", ask_for_link,
        name="createUploadUrl", summary="An address that takes one file without a key",
        tag="assets", scopes=(Scope.WORKFLOWS_WRITE,), status=201, body=UploadLinkBody,
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/media/upload-url/complete", complete_upload,
        name="completeUpload", summary="Check the file that was sent, and keep it", tag="assets",
        scopes=(Scope.WORKFLOWS_WRITE,), status=201, body=CompleteBody,
    )  # fmt: skip
    add(
        app, "PUT", f"{BASE}/media/uploads/{{id}}", put_file,
        name="putUpload", summary="The file of a signed address", tag="assets", status=204,
        queries=_SIGNED, body={"*/*": {"schema": {"type": "string", "format": "binary"}}},
    )  # fmt: skip


async def ask_for_link(request: Request) -> Response:
    """Good for 15 minutes and one file of at most 25 MB. Send it there without a key."""
    wish = fitted(UploadLinkBody, await read_object(request))
    link = await open_upload(
        house_of(request),
        caller_of(request),
        name=wish.name,
        declared=wish.content_type,
        size_bytes=wish.size_bytes,
    )
    return Response(orjson.dumps({"data": link}), 201, media_type="application/json")


async def put_file(request: Request) -> Response:
    """The signature in the address is the right to do so. Nothing is decoded yet."""
    house = house_of(request)
    ticket = read_ticket(house, request.path_params["id"], request.query_params)
    await check_unused(house, ticket)
    await receive(house, ticket, await read_capped(request, UPLOAD_BYTES))
    return Response(status_code=204)


async def complete_upload(request: Request) -> Response:
    """Repeating it answers the same picture."""
    wish = fitted(CompleteBody, await read_object(request))
    asset = await complete(house_of(request), caller_of(request), wish.media_id)
    return Response(orjson.dumps({"data": asset}), 201, media_type="application/json")
