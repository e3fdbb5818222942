"""``pixelmill credits``: gives credits to workspaces."""

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
