"""``pixelmill key``: makes API keys."""

from typing import Annotated

import typer

from pixelmill.cli.options import Data, DatabaseUrl

app = typer.Typer(help="API keys.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _keys() -> None:
    """API keys: what programs sign their calls with."""


@app.command("create")
def create(
    *,
    workspace: Annotated[str, typer.Option(help="The workspace's id.", metavar="ID")],
    scopes: Annotated[
        str | None, typer.Option(help="Separated by commas; all but the administrator's.")
    ] = None,
    name: Annotated[str, typer.Option(help="What it is for.")] = "",
    data: Data = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Make an API key; prints it alone, this once."""
    from pixelmill.cli.access import with_database
    from pixelmill.cli.options import settings_with
    from pixelmill.domain.access import DEFAULT_SCOPES, read_scopes
    from pixelmill.services.access import create_key

    settings = settings_with(data=data, database_url=database_url)
    wanted = DEFAULT_SCOPES
    if scopes is not None:
        try:
            wanted = read_scopes(scope.strip() for scope in scopes.split(",") if scope.strip())
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--scopes") from error
    made = with_database(
        settings, lambda database: create_key(database, workspace, name=name, scopes=wanted)
    )
    print(made.secret)
