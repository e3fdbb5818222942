"""Opens the database alone, for commands that may write while a server works on it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from pixelmill.db.database import Database
    from pixelmill.settings import Settings

R = TypeVar("R")


def with_database(settings: Settings, work: Callable[[Database], Awaitable[R]]) -> R:
    """The result of ``work`` on the opened database, brought to this release's schema first.

    Raises what ``work`` raises, BadSettings and DatabaseUnavailable.
    """
    from pixelmill.cli.logs import configure_logs

    configure_logs(settings.log_format, quiet=True)
    return asyncio.run(_with_database(settings, work))


async def _with_database(settings: Settings, work: Callable[[Database], Awaitable[R]]) -> R:
    from pixelmill.bootstrap import migrate, open_database

    await migrate(settings)
    database = open_database(settings)
    await database.start()
    try:
        return await work(database)
    finally:
        await database.close()
