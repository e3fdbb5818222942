"""Opens the house of a data directory that this process alone works in."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from pixelmill.cli.data_lock import DataLock, Holder, Locked, locked
from pixelmill.cli.failures import MISUSED, REFUSED, CommandFailed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pixelmill.services.house import House
    from pixelmill.settings import Settings


@asynccontextmanager
async def held_house(settings: Settings, url: str | None) -> AsyncGenerator[tuple[House, DataLock]]:
    """The house, started, with the data directory locked; ``url`` is told to other processes.

    Raises Locked, BadSettings, DatabaseUnavailable.
    """
    from pixelmill.bootstrap import open_house

    with locked(settings.data) as lock:
        lock.tell(
            Holder(
                os.getpid(),
                url,
                settings.database_url,
                settings.storage_url,
            )
        )
        async with open_house(settings) as house:
            yield house, lock


def in_use(settings: Settings, refusal: Locked) -> CommandFailed:
    """The sentence for a data directory that another process works in."""
    holder = refusal.holder
    if holder is None:
        return CommandFailed(
            f"{settings.data} is in use by another Pixelmill. Stop it, or give another --data.",
            REFUSED,
        )
    where = f" at {holder.url}" if holder.url else ""
    return CommandFailed(
        f"{settings.data} is in use by another Pixelmill (process {holder.pid}){where}. "
        "Use that one, stop it, or give another --data.",
        REFUSED,
    )


def refuse_sqlite(settings: Settings, what: str) -> None:
    """Raise CommandFailed where several processes would have to share an SQLite file."""
    if settings.embedded:
        raise CommandFailed(
            f"{what} needs PostgreSQL, since other processes work on the same database; SQLite "
            "belongs to one. Give --database-url postgresql://…, or run 'pixelmill serve' alone.",
            MISUSED,
        )
