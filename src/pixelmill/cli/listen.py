"""``pixelmill listen``: forwards a workspace's events to a program on this machine, signed."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from pixelmill.cli.following_feed import Listening

DEFAULT_SERVER = "http://127.0.0.1:8787"


def listen(
    *,
    forward_to: Annotated[
        str, typer.Option("--forward-to", help="Where to POST each event.", metavar="URL")
    ],
    key: Annotated[str, typer.Option("--key", help="An API key; - reads it from stdin.")] = "-",
    events: Annotated[
        str, typer.Option(help="Only these, with commas: execution.completed,item.*")
    ] = "",
    server: Annotated[str, typer.Option(help="The server to follow.")] = DEFAULT_SERVER,
    secret: Annotated[
        str | None, typer.Option(help="What signs (whsec_…); a new one by default.")
    ] = None,
) -> None:
    """Follow the events of a workspace and POST them, as a webhook would arrive."""
    from pixelmill.cli.following_feed import Listening
    from pixelmill.delivery.signing import new_secret

    chosen = secret or new_secret()
    given = sys.stdin.readline().strip() if key == "-" else key
    listening = Listening(server.rstrip("/"), given, forward_to, chosen, events)
    print(f"Events are signed with {chosen}", flush=True)
    asyncio.run(_listen(listening))


async def _listen(listening: Listening) -> None:
    from pixelmill.cli.following_feed import follow_feed
    from pixelmill.cli.stopping import stop_on_signals
    from pixelmill.outbound import Door

    with stop_on_signals() as stop:
        async with Door() as door:
            following = asyncio.create_task(follow_feed(door, listening, _say))
            stopping = asyncio.create_task(stop.wait())
            both: set[asyncio.Task[Any]] = {following, stopping}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            for task in both:
                task.cancel()
            await asyncio.gather(stopping, return_exceptions=True)
            if not stop.is_set():
                await following
            else:
                await asyncio.gather(following, return_exceptions=True)


def _say(line: str) -> None:
    print(line, flush=True)
