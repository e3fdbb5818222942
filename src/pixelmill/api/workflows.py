"""Workflows: save, list, read."""

from typing import Any, Final

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.queries import LIMIT_AND_CURSOR, integer, page_links, text
from pixelmill.api.routes import BASE, Query, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.api.workflow_replies import STRICT, flag, is_strict, read_base, saved_reply
from pixelmill.domain.access import Scope
from pixelmill.services.workflow_bodies import workflow_body, workflow_summary
from pixelmill.services.workflow_list import WorkflowFilter, list_page
from pixelmill.services.workflows import (
    Drawing,
    WorkflowDraft,
    find_workflow,
    save_workflow,
)


class WorkflowBody(BaseModel):
    """A workflow to save; with ``id`` it replaces that one. Other fields are set aside."""

    model_config = ConfigDict(
        extra="ignore", strict=True, alias_generator=to_camel, title="WorkflowBody"
    )

    id: str | None = None
    name: str = Field(min_length=1, max_length=200)
    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    description: str = Field("", max_length=10_000)
    tags: list[str] = Field(default_factory=list[str], max_length=50)
    is_active: bool = True
    media_id: str | None = Field(None, max_length=200)
    team_id: str | None = Field(None, max_length=200)
    base_updated_at: str | None = Field(None, description="With 'id': 409 if saved since.")

    def draft(self, *, strict: bool) -> WorkflowDraft:
        """What to save."""
        return WorkflowDraft(
            name=self.name,
            drawing=Drawing(self.nodes, self.edges),
            description=self.description,
            tags=self.tags,
            is_active=self.is_active,
            id=self.id,
            strict=strict,
            base_updated_at=read_base(self.base_updated_at),
            media_id=self.media_id,
            team_id=self.team_id,
        )


_FILTERS: Final = (
    Query("isActive", "true or false.", {"type": "boolean"}),
    Query("mediaId", "Only those of this project.", {"type": "string"}),
    Query("teamId", "Only those of this team.", {"type": "string"}),
    Query("tag", "Only those with this tag.", {"type": "string"}),
    Query("q", "Only those with this text in name or description.", {"type": "string"}),
)


def add_routes(app: FastAPI) -> None:
    """Literal paths below /workflows stand before these."""
    add(
        app, "POST", f"{BASE}/workflows", post_workflow,
        name="saveWorkflow", summary="Create a workflow, or replace the one with this id",
        tag="workflows", scopes=(Scope.WORKFLOWS_WRITE,), status=201, body=WorkflowBody,
        queries=(STRICT,), replies={200: "Replaced."},
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/workflows", list_workflows,
        name="listWorkflows", summary="Workflows, the last changed first", tag="workflows",
        scopes=(Scope.WORKFLOWS_READ,),
        queries=(*LIMIT_AND_CURSOR, *_FILTERS),
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/workflows/{{id}}", get_workflow,
        name="getWorkflow", summary="One workflow with its nodes and edges", tag="workflows",
        scopes=(Scope.WORKFLOWS_READ,),
    )  # fmt: skip


async def post_workflow(request: Request) -> Response:
    """The graph is checked whole; every violation comes with what to do about it."""
    body = fitted(WorkflowBody, await read_object(request))
    draft = body.draft(strict=is_strict(request))
    return saved_reply(request, await save_workflow(house_of(request), caller_of(request), draft))


async def list_workflows(request: Request) -> Response:
    """A bare array without graphs; the header ``X-Next-Cursor`` opens the next page."""
    rows, cursor = await list_page(
        house_of(request).parts.database,
        caller_of(request),
        integer(request, "limit", 50, 1, 100),
        text(request, "cursor"),
        WorkflowFilter(
            active=flag(request, "isActive"),
            media_id=text(request, "mediaId"),
            team_id=text(request, "teamId"),
            tag=text(request, "tag"),
            q=text(request, "q"),
        ),
    )
    return Response(
        orjson.dumps([workflow_summary(row) for row in rows]),
        media_type="application/json",
        headers=page_links(request, cursor),
    )


async def get_workflow(request: Request) -> Response:
    """The graph as it was saved."""
    row = await find_workflow(
        house_of(request).parts.database, caller_of(request), request.path_params["id"]
    )
    return tagged_reply(request, orjson.dumps(workflow_body(row)))
