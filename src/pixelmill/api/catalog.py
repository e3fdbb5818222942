"""The catalog: node types and models."""

import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api.callers import house_of
from pixelmill.api.routes import BASE, add
from pixelmill.api.tagged import tagged_reply
from pixelmill.domain.access import Scope
from pixelmill.services.catalog import model_list, node_catalog


def add_routes(app: FastAPI) -> None:
    """Nodes and models."""
    add(
        app, "GET", f"{BASE}/nodes", get_nodes,
        name="listNodes", summary="Node types with ports, form and price", tag="catalog",
        scopes=(Scope.WORKFLOWS_READ,),
    )  # fmt: skip
    add(
        app, "GET", f"{BASE}/models", get_models,
        name="listModels", summary="Models with price, licence and life cycle", tag="catalog",
        scopes=(Scope.WORKFLOWS_READ,),
    )  # fmt: skip


async def get_nodes(request: Request) -> Response:
    """``schema`` is a JSON Schema of the form; ``isPort`` tells wires from form fields."""
    return tagged_reply(request, orjson.dumps({"nodes": node_catalog(house_of(request))}))


async def get_models(request: Request) -> Response:
    """``ready`` is false where the provider has no key, or refused it a moment ago."""
    return tagged_reply(request, orjson.dumps({"models": model_list(house_of(request))}))
