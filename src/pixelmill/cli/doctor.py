"""``pixelmill doctor``: looks at everything that Pixelmill needs, and says what to mend."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from pixelmill.cli.options import Data, DatabaseUrl, StorageUrl
from pixelmill.cli.release import release

if TYPE_CHECKING:
    from pixelmill.settings import Settings

LEAST_FREE_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: ``wrong`` needs mending, else it is worth knowing."""

    name: str
    said: str
    wrong: bool = False


def doctor(
    *, data: Data = None, database_url: DatabaseUrl = None, storage_url: StorageUrl = None
) -> None:
    """Check what Pixelmill needs; exit 2 if something must be mended."""
    from pixelmill.cli.failures import DONE, MISUSED
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(data=data, database_url=database_url, storage_url=storage_url)
    configure_logs(settings.log_format, quiet=True)
    findings = asyncio.run(_examine(settings))
    for finding in findings:
        print(f"{'wrong' if finding.wrong else 'ok':<6}{finding.name:<10}{finding.said}")
    raise typer.Exit(MISUSED if any(finding.wrong for finding in findings) else DONE)


async def _examine(settings: Settings) -> list[Finding]:
    checks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("python", _python),
        ("data", _data),
        ("database", _database),
        ("storage", _storage),
        ("images", _images),
        ("port", _port),
        ("providers", _providers),
    ]
    return [await _checked(name, check, settings) for name, check in checks]


async def _checked(
    name: str, check: Callable[[Settings], Awaitable[str]], settings: Settings
) -> Finding:
    from pixelmill.cli.failures import describe

    try:
        return Finding(name, await check(settings))
    except Exception as error:  # noqa: BLE001 - whatever is wrong is what was asked for
        return Finding(name, describe(error)[0].partition("\n")[0], wrong=True)


async def _python(_: Settings) -> str:
    return f"{sys.version.split()[0]}, pixelmill {release()}"


async def _data(settings: Settings) -> str:
    from pixelmill.cli.data_lock import Locked, locked
    from pixelmill.cli.failures import CommandFailed
    from pixelmill.cli.holding import in_use

    try:
        with locked(settings.data):
            free = shutil.disk_usage(settings.data).free
    except Locked as refusal:
        return str(in_use(settings, refusal)).partition(". ")[0]
    if free < LEAST_FREE_BYTES:
        raise CommandFailed(f"{settings.data} has {free >> 20} MB free. Make room.")
    return f"{settings.data} is writable, {free / 1e9:.0f} GB free"


async def _database(settings: Settings) -> str:
    from pixelmill.bootstrap import migrate, open_database
    from pixelmill.services.access import FIRST_WORKSPACE

    changed = await migrate(settings)
    database = open_database(settings)
    await database.start()
    try:
        await database.fetch(FIRST_WORKSPACE)
    finally:
        await database.close()
    return f"{database.dialect}, schema {'brought up to date' if changed else 'is current'}"


async def _storage(settings: Settings) -> str:
    from pixelmill.storage import open_storage

    where = settings.storage_url or settings.data / "assets"
    await open_storage(where).check()
    return f"{where} can be written"


async def _images(_: Settings) -> str:
    from pixelmill.imaging.probe import verify
    from pixelmill.imaging.sketch import render
    from pixelmill.pool import ChildPool

    async with ChildPool(1) as pool:
        drawn = await pool.run(
            render,
            "amber serum",
            negative_prompt="",
            seed=1,
            width=64,
            height=64,
            output_format="webp",
        )
        await pool.run(verify, drawn)
    return "a child process drew and read one"


async def _port(settings: Settings) -> str:
    from pixelmill.cli.ports import listen

    listening = listen(settings.host, settings.port)
    listening.socket.close()
    return listening.notice or f"{settings.port} on {settings.host} is free"


async def _providers(settings: Settings) -> str:
    from pixelmill.sdk.registry import find_providers

    found = find_providers()
    ready = [
        name
        for name, provider in found.items()
        if provider.auth is None or (name in settings.providers and settings.providers[name].key)
    ]
    missing = [f"PIXELMILL_PROVIDER_{name.upper()}_KEY" for name in found if name not in ready]
    more = f"; for more set {', '.join(missing)}" if missing else ""
    return f"ready: {', '.join(ready)}{more}"
