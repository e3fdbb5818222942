"""``pixelmill models``: which models there are, and what they cost."""

import typer

app = typer.Typer(help="Models.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _models() -> None:
    """Models: who draws."""


@app.command("list")
def list_models() -> None:
    """List the models: id, what they do, credits, and whether their provider has a key."""
    from pixelmill.cli.columns import print_columns
    from pixelmill.domain.credits import shown
    from pixelmill.sdk.registry import find_providers
    from pixelmill.settings import read_settings

    settings = read_settings()
    providers = find_providers()
    rows: list[tuple[str, ...]] = []
    for model in providers.models:
        provider = providers[model.provider]
        given = settings.providers.get(provider.name)
        ready = provider.auth is None or (given is not None and bool(given.key or given.base_url))
        rows.append(
            (
                model.id,
                model.task.replace("_", " "),
                f"{shown(model.price.millicredits)}"
                + (" per megapixel" if model.price.per == "megapixel" else ""),
                "ready" if ready else f"needs PIXELMILL_PROVIDER_{provider.name.upper()}_KEY",
            )
        )
    print_columns(("model", "task", "credits", "key"), rows)
