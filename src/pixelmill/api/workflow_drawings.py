"""Drawings: looked over without saving, and arranged."""

from typing import Any, Literal

import orjson
from fastapi import FastAPI
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.bodies import fitted, read_object
from pixelmill.api.callers import caller_of, house_of
from pixelmill.api.routes import BASE, add
from pixelmill.api.workflow_replies import read_base
from pixelmill.domain.access import Scope
from pixelmill.domain.layout import GAP_X, GAP_Y
from pixelmill.kit.clock import rfc3339
from pixelmill.services.arranging import Arrangement, arrange
from pixelmill.services.workflows import Drawing, lint


class LintBody(BaseModel):
    """A drawing to look over. Other fields are set aside."""

    model_config = ConfigDict(extra="ignore", strict=True)

    nodes: list[dict[str, Any]]
    edges: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])


class LayoutBody(BaseModel):
    """How to arrange; ``scope`` names nodes, which then stand together below the rest."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=to_camel)

    gap_x: int = Field(GAP_X, ge=0, le=2000)
    gap_y: int = Field(GAP_Y, ge=0, le=2000)
    scope: Literal["all"] | list[str] = "all"
    base_updated_at: str | None = Field(None, description="409 if it was saved since.")


def add_routes(app: FastAPI) -> None:
    """Lint and layout."""
    add(
        app, "POST", f"{BASE}/workflows/lint", post_lint,
        name="lintWorkflow", summary="What is wrong with a drawing, without saving it",
        tag="workflows", scopes=(Scope.WORKFLOWS_READ,), body=LintBody,
    )  # fmt: skip
    add(
        app, "POST", f"{BASE}/workflows/{{id}}/layout", post_layout,
        name="layoutWorkflow", summary="Arrange the cards of a workflow", tag="workflows",
        scopes=(Scope.WORKFLOWS_WRITE,), body=LayoutBody,
    )  # fmt: skip


async def post_lint(request: Request) -> Response:
    """``ok`` says whether it can run; each finding comes with what to do about it."""
    body = fitted(LintBody, await read_object(request))
    found = lint(Drawing(body.nodes, body.edges), house_of(request).parts.nodes)
    data = {
        "ok": not found.violations,
        "violations": [one.as_dict() for one in found.violations],
        "warnings": [one.as_dict() for one in found.warnings],
    }
    return Response(orjson.dumps({"data": data}), media_type="application/json")


async def post_layout(request: Request) -> Response:
    """Layers from left to right by the sizes of the cards; only positions change."""
    body = fitted(LayoutBody, await read_object(request))
    scope = None if isinstance(body.scope, str) else body.scope
    arranged = await arrange(
        house_of(request),
        caller_of(request),
        request.path_params["id"],
        Arrangement(body.gap_x, body.gap_y, scope),
        read_base(body.base_updated_at),
    )
    bounds = arranged.layout.bounds
    told = {
        "positions": {id_: {"x": x, "y": y} for id_, (x, y) in arranged.layout.positions.items()},
        "moved": arranged.moved,
        "bounds": {"x": bounds.x, "y": bounds.y, "width": bounds.width, "height": bounds.height},
        "updatedAt": rfc3339(arranged.saved.row["updated_at"]),
    }
    return Response(orjson.dumps(told), media_type="application/json")
