"""``pixelmill workspace``: makes workspaces."""

from typing import Annotated

import typer

from pixelmill.cli.options import Data, DatabaseUrl

app = typer.Typer(help="Workspaces.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _workspaces() -> None:
    """Workspaces: who works with images, credits and keys of their own."""


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    plan: Annotated[
        str, typer.Option(help="self_hosted, free, starter, pro, enterprise, or one of yours.")
    ] = "self_hosted",
    granted: Annotated[
        str, typer.Option("--credits", help="Credits to begin with.", metavar="N")
    ] = "0",
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make a workspace; prints its id alone."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.amounts import read_credits
    from pixelmill.cli.options import settings_with
    from pixelmill.services.access import create_workspace

    settings = settings_with(data=data, database_url=database_url)
    if plan not in settings.plans:
        raise typer.BadParameter(
            f"there is no plan {plan!r}; choose from {', '.join(settings.plans)}",
            param_hint="--plan",
        )
    amount = read_credits(granted, "--credits")
    print(with_database(settings, lambda database: create_workspace(database, name, plan, amount)))
