"""Serves the API on sockets that the caller bound, until it is told to stop."""

import asyncio
import gc
import socket

import uvicorn

from pixelmill.api.app import create_app
from pixelmill.api.sign_in import SignIn
from pixelmill.services.house import House

GRACE_S = 5
"""How long open requests may go on after the stop; streams end at once."""


async def serve(
    house: House, sign_in: SignIn, *, sockets: list[socket.socket], stop: asyncio.Event
) -> None:
    """Answer requests until ``stop`` is set, then finish those under way.

    The sockets are bound by the caller, so that clients can connect from the first moment.
    Signals are the caller's too.
    """
    app = create_app(house, sign_in)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        backlog=2048,
    )
    server = _Server(config)
    # What was imported until now stays: the collector need not walk it again and again.
    gc.freeze()
    serving = asyncio.create_task(server.serve_quietly(sockets), name="http")
    stopping = asyncio.create_task(stop.wait(), name="http-stop")
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    app.state.closing.set()
    server.should_exit = True
    stopping.cancel()
    await serving


class _Server(uvicorn.Server):
    async def serve_quietly(self, sockets: list[socket.socket]) -> None:
        """Serve without taking the process's signals."""
        await self._serve(sockets)
