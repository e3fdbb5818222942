"""Workflows: change, remove, copy, share."""

from dataclasses import replace
from typing import Any, Final, Literal

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.problem_replies import OBJECT_ERRORS
from pixelmill.api.routes import BASE, add
from pixelmill.api.workflow_replies import STRICT, is_strict, read_base, saved_reply
from pixelmill.domain.access import Scope
from pixelmill.domain.node_patch import NodePatch
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.problems import Detail, Problem
from pixelmill.services.workflow_bodies import link_permission, workflow_body, workflow_url
from pixelmill.services.workflow_changes import (
    change_workflow,
    duplicate_workflow,
    patch_node,
    remove_workflow,
    set_visibility,
)
from pixelmill.services.workflows import Drawing, WorkflowDraft

NODE_BYTES: Final = 256 << 10
WRITE: Final = (Scope.WORKFLOWS_WRITE,)
_BASE_FIELD: Final = "The 'updatedAt' that you read; 409 if it was saved since."


class FieldNotWritable(Problem):
    """This field cannot be written here."""

    code = "invalid_field"
    status = 400
    title = "Invalid field"


class NothingGiven(Problem):
    """The body changes nothing. Give at least one field."""

    code = "missing_fields"
    status = 400
    title = "Missing fields"


class _Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)


class ChangeBody(_Fields):
    """What to change of a workflow; a field that is absent stays as it is."""

    name: str | None = Field(None, min_length=1, max_length=200)
    nodes: list[dict[str, Any]] | None = None
    edges: list[dict[str, Any]] | None = None
    description: str | None = Field(None, max_length=10_000)
    tags: list[str] | None = Field(None, max_length=50)
    is_active: bool | None = None
    base_updated_at: str | None = Field(None, description=_BASE_FIELD)

    def edited(self, draft: WorkflowDraft, *, strict: bool) -> WorkflowDraft:
        """The draft with what was given."""
        changes = {
            name: value
            for name in ("name", "description", "tags", "is_active")
            if (value := getattr(self, name)) is not None
        }
        if self.nodes is None and self.edges is None:
            return replace(draft, **changes)
        kept = draft.drawing
        drawing = Drawing(
            kept.nodes if self.nodes is None else self.nodes,
            kept.edges if self.edges is None else self.edges,
        )
        return replace(draft, drawing=drawing, strict=strict, **changes)


class Place(_Fields):
    """A point of the canvas."""

    x: float = Field(allow_inf_nan=False)
    y: float = Field(allow_inf_nan=False)


class PatchBody(_Fields):
    """What to change of a node: settings are merged, null removes one; the rest is replaced."""

    config: dict[str, Any] | None = None
    params: dict[str, Any] | None = None
    label: str | None = Field(None, max_length=200)
    position: Place | None = None
    base_updated_at: str | None = Field(None, description=_BASE_FIELD)

    def patch(self) -> NodePatch:
        """The change. Raises NothingGiven."""
        if not self.model_fields_set & {"config", "params", "label", "position"}:
            raise NothingGiven("Give at least one of 'config', 'params', 'label', 'position'.")
        return NodePatch(
            {**(self.params or {}), **(self.config or {})},
            self.label,
            self.position.model_dump() if self.position else None,
        )


class DuplicateBody(_Fields):
    """The copy's name; without one the old name and "(copy)"."""

    name: str | None = Field(None, min_length=1, max_length=200)


class VisibilityBody(_Fields):
    """Who may look."""

    visibility: Literal["view", "private"]


def add_routes(app: FastAPI) -> None:
    """What is done to one workflow."""
    one = f"{BASE}/workflows/{{id}}"
    add(
        app, "PUT", one, put_workflow,
        name="updateWorkflow", summary="Change a workflow", tag="workflows", scopes=WRITE,
        body=ChangeBody, queries=(STRICT,),
    )  # fmt: skip
    add(
        app, "DELETE", one, delete_workflow,
        name="deleteWorkflow", summary="Remove a workflow", tag="workflows", scopes=WRITE,
        status=204,
    )  # fmt: skip
    add(
        app, "PATCH", f"{one}/nodes/{{nodeId}}", patch_workflow_node,
        name="patchWorkflowNode", summary="Change one node", tag="workflows", scopes=WRITE,
        body=PatchBody,
    )  # fmt: skip
    add(
        app, "POST", f"{one}/duplicate", post_duplicate,
        name="duplicateWorkflow", summary="Copy a workflow", tag="workflows", scopes=WRITE,
        status=201, body=DuplicateBody,
    )  # fmt: skip
    add(
        app, "POST", f"{one}/visibility", post_visibility,
        name="setWorkflowVisibility", summary="Share a workflow, or keep it private",
        tag="workflows", scopes=WRITE, body=VisibilityBody,
    )  # fmt: skip


async def put_workflow(request: Request) -> Response:
    """What ``GET`` shows may be sent back: fields that only the server writes are set aside."""
    given = await read_object(request)
    if "linkPermission" in given:
        raise FieldNotWritable("'linkPermission' is set by POST /workflows/{id}/visibility.")
    kept = {name: value for name, value in given.items() if name not in _SERVERS}
    body = fitted(ChangeBody, kept)
    strict = is_strict(request)
    saved = await change_workflow(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        lambda draft: body.edited(draft, strict=strict),
        read_base(body.base_updated_at),
    )
    return saved_reply(request, saved)


async def delete_workflow(request: Request) -> Response:
    """Its executions stay, and those under way go on. Under Api-Version 2026-07: 200."""
    await remove_workflow(house_of(request), caller_of(request), request.path_params["id"])
    if request.headers.get("api-version") == OBJECT_ERRORS:
        return Response(b'{"success":true}', media_type="application/json")
    return Response(status_code=204)


async def patch_workflow_node(request: Request) -> Response:
    """Settings are merged one level deep; ``null`` removes one. At most 256 KB."""
    given = await read_object(request, NODE_BYTES)
    foreign = sorted(set(given) - _PATCHED)
    if foreign:
        raise FieldNotWritable(
            f"{', '.join(map(repr, foreign[:5]))} cannot be written here; only "
            f"{', '.join(sorted(_PATCHED))}.",
            details=[Detail(name, "Not writable.") for name in foreign[:100]],
        )
    body = fitted(PatchBody, given)
    node_id = request.path_params["nodeId"]
    saved = await patch_node(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        node_id=node_id,
        patch=body.patch(),
        base=read_base(body.base_updated_at),
    )
    row = workflow_body(saved.row)
    node = next(one for one in saved.row["canvas"]["nodes"] if one.get("id") == node_id)
    label = (node.get("data") or node).get("label")
    data = {"node": {"id": node_id, "data": {"label": label}}, "updatedAt": row["updatedAt"]}
    return Response(orjson.dumps({"data": data}), media_type="application/json")


async def post_duplicate(request: Request) -> Response:
    """The copy is private; its versions begin anew."""
    body = fitted(DuplicateBody, await read_object(request))
    house = house_of(request)
    saved = await duplicate_workflow(
        house, caller_of(request), request.path_params["id"], body.name
    )
    row = saved.row
    data = {"id": row["id"], "name": row["name"], "url": workflow_url(house, row["id"])}
    return Response(
        orjson.dumps({"data": data}),
        status_code=201,
        headers={"Location": f"{house.public_url}{BASE}/workflows/{row['id']}"},
        media_type="application/json",
    )


async def post_visibility(request: Request) -> Response:
    """``view`` shows it to whoever has the address, without what looks like a secret."""
    body = fitted(VisibilityBody, await read_object(request))
    house = house_of(request)
    saved = await set_visibility(
        house, caller_of(request), request.path_params["id"], body.visibility
    )
    told: dict[str, JsonValue] = {
        "linkPermission": link_permission(saved.row),
        "url": workflow_url(house, saved.row["id"]),
        "updatedAt": rfc3339(saved.row["updated_at"]),
    }
    return Response(orjson.dumps(told), media_type="application/json")


_PATCHED: Final = frozenset({"config", "params", "label", "position", "baseUpdatedAt"})
_SERVERS: Final = frozenset(
    {"id", "webhookId", "webhookUrl", "isPublished", "executionCount", "lastExecutedAt"}
    | {"version", "versionId", "createdAt", "updatedAt", "violations", "warnings", "mediaId"}
    | {"teamId", "visibility"}
)
