"""``pixelmill serve``: the service with its web app, API and worker in one process."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from pixelmill.cli.options import Data, DatabaseUrl, StorageUrl

if TYPE_CHECKING:
    from pixelmill.cli.ports import Listening
    from pixelmill.services.house import House
    from pixelmill.settings import Settings


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (8787); 0 takes any.", min=0, max=65_535)
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
    storage_url: StorageUrl = None,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Whether this process makes images too.")
    ] = True,
) -> None:
    """Serve the web app and the API, and make the images."""
    from pixelmill.cli.failures import CommandFailed
    from pixelmill.cli.holding import refuse_sqlite
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(
        host=host, port=port, data=data, database_url=database_url, storage_url=storage_url
    )
    if not worker:
        refuse_sqlite(settings, "serve --no-worker")
    configure_logs(settings.log_format)
    try:
        asyncio.run(_serve(settings, worker=worker))
    except KeyboardInterrupt:
        raise CommandFailed("Stopped.", 130) from None


async def _serve(settings: Settings, *, worker: bool) -> None:
    from pixelmill.bootstrap import at_address, open_house
    from pixelmill.cli.data_lock import Locked
    from pixelmill.cli.holding import held_house, in_use
    from pixelmill.cli.ports import listen

    if settings.embedded:
        _refuse_second(settings)
    listening = listen(settings.host, settings.port)
    if listening.notice:
        print(listening.notice, file=sys.stderr)
    settings = at_address(settings, settings.host, listening.port)
    if not settings.embedded:
        async with open_house(settings, working=worker) as house:
            await _keep_serving(house, listening)
        return
    try:
        async with held_house(settings, listening.url) as (house, _):
            await _keep_serving(house, listening)
    except Locked as refusal:
        raise in_use(settings, refusal) from None


def _refuse_second(settings: Settings) -> None:
    """Tell of a directory in use before looking for a port that is not needed then."""
    from pixelmill.cli.data_lock import Locked, locked
    from pixelmill.cli.holding import in_use

    try:
        with locked(settings.data):
            pass
    except Locked as refusal:
        raise in_use(settings, refusal) from None


async def _keep_serving(house: House, listening: Listening) -> None:
    from pixelmill.api.serving import serve as serve_house
    from pixelmill.api.sign_in import SignIn
    from pixelmill.cli.stopping import stop_on_signals
    from pixelmill.services.access import default_workspace

    workspace = await default_workspace(house.parts.database)
    sign_in = SignIn(house, workspace["id"])
    print(f"Pixelmill  {listening.url}{sign_in.issue('/')}   (signs you in once)", flush=True)
    with stop_on_signals() as stop:
        await serve_house(house, sign_in, sockets=[listening.socket], stop=stop)
