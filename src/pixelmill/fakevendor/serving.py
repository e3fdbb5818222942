"""Puts the fake vendor on a socket: for ever, or for the length of a test."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext

import uvicorn

from pixelmill.fakevendor.vendor import FakeVendor

_LEAVE_S = 1


class _Guest(uvicorn.Server):
    """A server that leaves the process's signal handlers alone."""

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
        return nullcontext()


def serve(vendor: FakeVendor, port: int, host: str = "127.0.0.1") -> None:
    """Answer calls until interrupted."""
    uvicorn.Server(_config(vendor, host, port)).run()
    vendor.log.close()


@asynccontextmanager
async def serving(vendor: FakeVendor, port: int = 0) -> AsyncGenerator[str]:
    """Serve in this event loop; gives the base URL, ``http://127.0.0.1:<port>``."""
    server = _Guest(_config(vendor, "127.0.0.1", port))
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            task.result()
        await asyncio.sleep(0.005)
    try:
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{bound}"
    finally:
        await _stop(server, task)
        vendor.log.close()


async def _stop(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    """End at once, answers that would never come included; uvicorn's own way takes 0.2 s."""
    for listener in server.servers:
        listener.close()
    for connection in tuple(server.server_state.connections):
        connection.shutdown()
    unfinished = (*server.server_state.tasks, task)
    for one in unfinished:
        one.cancel()
    await asyncio.gather(*unfinished, return_exceptions=True)


def _config(vendor: FakeVendor, host: str, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        vendor.app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_LEAVE_S,
        server_header=False,
    )
