"""The application: every route of the service in one place."""

import asyncio

from fastapi import FastAPI

from pixelmill.api.sign_in import SignIn
from pixelmill.services.house import House


def create_app(house: House, sign_in: SignIn) -> FastAPI:
    """The application for this installation."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.house = house
    app.state.sign_in = sign_in
    app.state.closing = asyncio.Event()
    return app
