"""uvicorn and Starlette saying hello: the least web service of this kind."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def hello(request: Request) -> Response:
    """Say it."""
    del request
    return PlainTextResponse("hello")


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/readyz", hello)]),
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        ws="none",
        lifespan="off",
    )
