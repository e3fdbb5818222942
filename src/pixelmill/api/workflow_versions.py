"""The versions of a workflow: listed, read, restored."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.routes import BASE, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.api.workflow_replies import saved_reply
from pixelmill.domain.access import Scope
from pixelmill.services.workflow_versions import list_versions, read_version, restore_version


def add_routes(app: FastAPI) -> None:
    """Below one workflow."""
    versions = f"{BASE}/workflows/{{id}}/versions"
    add(
        app, "GET", versions, get_versions,
        name="listWorkflowVersions", summary="Versions of a workflow, the newest first",
        tag="workflows", scopes=(Scope.WORKFLOWS_READ,), queries=LIMIT_AND_CURSOR,
    )  # fmt: skip
    add(
        app, "GET", f"{versions}/{{number}}", get_version,
        name="getWorkflowVersion", summary="One version with its nodes and edges",
        tag="workflows", scopes=(Scope.WORKFLOWS_READ,),
    )  # fmt: skip
    add(
        app, "POST", f"{versions}/{{number}}/restore", post_restore,
        name="restoreWorkflowVersion", summary="Draw the workflow as it was in this version",
        tag="workflows", scopes=(Scope.WORKFLOWS_WRITE,),
    )  # fmt: skip


async def get_versions(request: Request) -> Response:
    """A bare array; the same drawing saved twice is one version."""
    bodies, cursor = await list_versions(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        integer(request, "limit", 50, 1, 100),
        text(request, "cursor"),
    )
    return Response(
        orjson.dumps(bodies),
        media_type="application/json",
        headers=page_links(request, cursor),
    )


async def get_version(request: Request) -> Response:
    """A version never changes."""
    body = await read_version(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        request.path_params["number"],
    )
    return tagged_reply(request, orjson.dumps(body))


async def post_restore(request: Request) -> Response:
    """Name, tags and settings of the workflow stay as they are."""
    saved = await restore_version(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        request.path_params["number"],
    )
    return saved_reply(request, saved)
