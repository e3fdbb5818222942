"""``pixelmill worker``: one more process that makes images, beside servers on one PostgreSQL."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from pixelmill.cli.options import Data, DatabaseUrl, StorageUrl

if TYPE_CHECKING:
    from pixelmill.settings import Settings

LANES = ("default", "cpu", "gpu")


def worker(
    *,
    database_url: DatabaseUrl = None,
    storage_url: StorageUrl = None,
    data: Data = None,
    lanes: Annotated[str, typer.Option(help="What it works on: default, cpu, gpu.")] = (
        "default,cpu"
    ),
    concurrency: Annotated[int, typer.Option(help="Items in hand at once.", min=1)] = 100,
    drain: Annotated[
        float, typer.Option(help="Seconds to finish what is under way when stopped.", min=0)
    ] = 20.0,
) -> None:
    """Make images for servers that share a PostgreSQL database."""
    from pixelmill.cli.holding import refuse_sqlite
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(data=data, database_url=database_url, storage_url=storage_url)
    refuse_sqlite(settings, "A worker")
    chosen = _lanes(lanes)
    configure_logs(settings.log_format)
    asyncio.run(_work(settings, chosen, concurrency, drain))


def _lanes(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(lane.strip() for lane in text.split(",") if lane.strip()))
    unknown = [lane for lane in chosen if lane not in LANES]
    if unknown or not chosen:
        raise typer.BadParameter(f"choose from {', '.join(LANES)}", param_hint="--lanes")
    return chosen


async def _work(
    settings: Settings, lanes: tuple[str, ...], concurrency: int, drain_s: float
) -> None:
    import structlog

    from pixelmill.bootstrap import open_house
    from pixelmill.cli.stopping import stop_on_signals

    log = structlog.get_logger()
    async with open_house(settings, lanes=lanes, concurrency=concurrency) as house:
        log.info("worker.ready", lanes=",".join(lanes), concurrency=concurrency)
        with stop_on_signals() as stop:
            await stop.wait()
            log.info("worker.draining", drain_s=drain_s)
            assert house.engine is not None
            await house.engine.stop(drain_s)
