"""``pixelmill credits``: gives credits, shows where they went, and proves the books."""

from typing import Annotated

import typer

from pixelmill.cli.options import Data, DatabaseUrl

app = typer.Typer(help="Credits.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _credits() -> None:
    """Credits: what workspaces on a charging plan spend."""


@app.command("grant")
def grant(
    amount: Annotated[str, typer.Argument(help="How many.", metavar="N")],
    *,
    workspace: Annotated[str, typer.Option(help="The workspace's id.", metavar="ID")],
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give credits to a workspace."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.amounts import read_credits
    from pixelmill.cli.options import settings_with
    from pixelmill.domain.credits import shown
    from pixelmill.services.access import grant_credits

    settings = settings_with(data=data, database_url=database_url)
    millicredits = read_credits(amount, "N")
    with_database(settings, lambda database: grant_credits(database, workspace, millicredits))
    print(f"{shown(millicredits)} credits granted.")


@app.command("verify")
def verify(
    *,
    workspace: Annotated[
        str | None, typer.Option(help="Only this workspace.", metavar="ID")
    ] = None,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Prove that every balance is the sum of its ledger; exit code 1 names what differs."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.failures import SOME_FAILED
    from pixelmill.cli.options import settings_with
    from pixelmill.services.ledger import verify_ledger

    settings = settings_with(data=data, database_url=database_url)
    found = with_database(settings, lambda database: verify_ledger(database, workspace))
    for difference in found.differences:
        print(difference.told())
    if found.differences:
        raise typer.Exit(SOME_FAILED)
    if workspace is not None and not found.workspaces:
        raise typer.BadParameter(f"there is no workspace {workspace}", param_hint="--workspace")
    several = "workspace" if found.workspaces == 1 else "workspaces"
    print(f"{found.workspaces} {several}: the ledger sums to the balances.")


@app.command("ledger")
def ledger(
    *,
    workspace: Annotated[str, typer.Option(help="The workspace's id.", metavar="ID")],
    limit: Annotated[int, typer.Option(help="How many entries.", min=1, max=100_000)] = 50,
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Show where credits came from and went, the newest first."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.columns import print_columns
    from pixelmill.cli.options import settings_with
    from pixelmill.services.ledger import COLUMNS, LedgerFilter, read_ledger

    settings = settings_with(data=data, database_url=database_url)
    entries, _ = with_database(
        settings, lambda database: read_ledger(database, workspace, LedgerFilter(), limit, None)
    )
    rows = [
        ["" if entry[name] is None else str(entry[name]) for name in COLUMNS] for entry in entries
    ]
    print_columns(COLUMNS, rows)
