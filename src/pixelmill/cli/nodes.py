"""``pixelmill nodes``: what pipelines can be built from."""

import typer

app = typer.Typer(help="Node types.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def _nodes() -> None:
    """Node types: what pipelines are built from."""


@app.command("list")
def list_nodes() -> None:
    """List the node types: id, title, first sentence."""
    from pixelmill.cli.columns import print_columns
    from pixelmill.sdk.model_nodes import with_models
    from pixelmill.sdk.registry import find_nodes, find_providers

    found = with_models(find_nodes(), find_providers())
    print_columns(
        ("node type", "title", "does"),
        [(one.id, one.title, one.description.split(".", 1)[0] + ".") for one in found.nodes],
    )
