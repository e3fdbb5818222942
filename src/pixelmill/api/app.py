"""The application: every route of the service in one place, in the order they are tried."""

import asyncio
from importlib.metadata import version

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from pixelmill.api import (
    asset_files,
    assets,
    batches,
    catalog,
    controls,
    deliveries,
    docs,
    docs_pages,
    estimates,
    events,
    executions,
    feed,
    health,
    keys,
    ledger,
    media,
    node_pages,
    pages,
    prompt_sets,
    runs,
    triggers,
    upload_links,
    usage,
    webhook_endpoints,
    workflow_changes,
    workflow_drawings,
    workflow_triggers,
    workflow_versions,
    workflows,
)
from pixelmill.api.frame import RequestFrame
from pixelmill.api.gate import Gate
from pixelmill.api.metrics import Metrics
from pixelmill.api.problem_replies import MethodNotAllowed, NoSuchRoute, problem_reply
from pixelmill.api.sign_in import SignIn
from pixelmill.services.assets import Thumbnails
from pixelmill.services.house import House


def create_app(house: House, sign_in: SignIn) -> FastAPI:
    """The application for this installation. ``state.closing`` ends its open streams."""
    app = documented_app()
    app.state.house = house
    app.state.sign_in = sign_in
    app.state.thumbnails = Thumbnails(house)
    app.state.gate = Gate(house)
    app.state.closing = asyncio.Event()
    app.state.metrics = metrics = Metrics()
    app.add_middleware(RequestFrame, metrics=metrics, clock=house.parts.clock)
    return app


def documented_app() -> FastAPI:
    """The routes alone, as far as their documentation needs them."""
    app = FastAPI(
        version=version("pixelmill"),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        exception_handlers={HTTPException: _not_routed},
    )
    executions.add_hot_routes(app)
    for module in (
        executions,
        runs,
        estimates,
        batches,
        prompt_sets,
        controls,
        workflows,
        events,
        asset_files,
        assets,
        catalog,
        health,
    ):
        module.add_routes(app)
    for module in (workflow_drawings, workflow_versions, workflow_changes, keys, ledger, usage):
        module.add_routes(app)
    for module in (triggers, workflow_triggers, feed, webhook_endpoints, deliveries):
        module.add_routes(app)
    for module in (media, upload_links):
        module.add_routes(app)
    for module in (docs, docs_pages, node_pages, pages):
        module.add_routes(app)
    return app


async def _not_routed(request: Request, error: Exception) -> Response:
    """What the router itself refuses: an unknown address, or a wrong method."""
    assert isinstance(error, HTTPException)
    problem = MethodNotAllowed() if error.status_code == 405 else NoSuchRoute()
    return problem_reply(request, problem, error.headers)
