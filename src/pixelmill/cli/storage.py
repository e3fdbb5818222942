"""``pixelmill storage``: tells what lies in storage, sets its rules, and clears it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from pixelmill.cli.options import Data, DatabaseUrl, StorageUrl

if TYPE_CHECKING:
    from pixelmill.db.database import Database
    from pixelmill.kit.clock import Clock
    from pixelmill.sdk.storage import Storage
    from pixelmill.services.storing import Holding
    from pixelmill.settings import Settings

R = TypeVar("R")
app = typer.Typer(help="Stored images.", no_args_is_help=True, rich_markup_mode=None)
_HEAD = ("workspace", "name", "files", "bytes", "most files", "most bytes", "by kind", "days")
_UNLIMITED = "-"
_Number = Annotated[str | None, typer.Option(metavar="N|none")]


@app.callback()
def _storage() -> None:
    """Stored images: how many there are, how many there may be, and for how long."""


@app.command("report")
def report(*, data: Data = None, database_url: DatabaseUrl = None) -> None:
    """Show what each workspace keeps; equal images count once."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.columns import print_columns
    from pixelmill.cli.options import settings_with
    from pixelmill.services.storing import report

    settings = settings_with(data=data, database_url=database_url)
    holdings = with_database(settings, lambda database: report(database, settings.plans))
    print_columns(_HEAD, [_cells(one) for one in holdings])


@app.command("rules")
def rules(
    *,
    workspace: Annotated[str, typer.Option(help="The workspace's id.", metavar="ID")],
    max_bytes: _Number = None,
    max_files: _Number = None,
    keep_inputs: _Number = None,
    keep_intermediates: _Number = None,
    keep_finals: _Number = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Set how much a workspace may keep, and for how many days; 'none' takes a rule away."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.options import settings_with
    from pixelmill.services.storing import set_rules

    days = {"inputs": keep_inputs, "intermediates": keep_intermediates, "finals": keep_finals}
    changes: dict[str, Any] = _numbers({"maxBytes": max_bytes, "maxFiles": max_files})
    changes["keepDays"] = _numbers(days)
    settings = settings_with(data=data, database_url=database_url)
    with_database(settings, lambda database: set_rules(database, workspace, changes))


@app.command("prune")
def prune(
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    data: Data = None,
    database_url: DatabaseUrl = None,
    storage_url: StorageUrl = None,
) -> None:
    """Remove images over their time, orphans, and files older than a day that nothing names.

    It may run while a server works.
    """
    from pixelmill.cli.columns import print_columns
    from pixelmill.cli.options import settings_with
    from pixelmill.services.storing import prune

    settings = settings_with(data=data, database_url=database_url, storage_url=storage_url)
    done = _with_storage(
        settings,
        lambda database, storage, clock: prune(database, storage, clock, dry_run=dry_run),
    )
    found = {
        "over their time": done.expired,
        "orphans": done.orphans,
        "files without a row": done.strays,
        "uploads never completed": done.uploads,
    }
    head = ("would be removed" if dry_run else "removed", "files", "bytes")
    rows = [(name, str(one.files), str(one.size_bytes)) for name, one in found.items()]
    print_columns(head, rows)


def _with_storage(
    settings: Settings, work: Callable[[Database, Storage, Clock], Awaitable[R]]
) -> R:
    from pixelmill.bootstrap import open_clock, open_stored
    from pixelmill.cli.access import with_database

    clock, storage = open_clock(settings), open_stored(settings)
    return with_database(settings, lambda database: work(database, storage, clock))


def _numbers(given: dict[str, str | None]) -> dict[str, int | None]:
    return {name: _number(value) for name, value in given.items() if value is not None}


def _number(text: str) -> int | None:
    if text.lower() == "none":
        return None
    if not text.isdecimal() or len(text) > 18:
        raise typer.BadParameter(f"{text!r} is neither a whole number nor 'none'")
    return int(text)


def _cells(holding: Holding) -> tuple[str, ...]:
    rules, used = holding.rules, holding.used
    kinds = [f"{kind} {usage.files}" for kind, usage in holding.by_kind.items()]
    days = [f"{kind} {days}" for kind, days in rules.keep_days.items()]
    limits = (rules.max_files, rules.max_bytes)
    return (
        *(holding.workspace_id, holding.name, str(used.files), str(used.size_bytes)),
        *(_UNLIMITED if limit is None else str(limit) for limit in limits),
        ", ".join(kinds) or _UNLIMITED,
        ", ".join(days) or _UNLIMITED,
    )
