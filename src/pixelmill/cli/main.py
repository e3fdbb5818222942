"""The program ``pixelmill``: its commands, each in a file of its own that imports what it needs."""

import sys
from typing import Annotated

import typer

from pixelmill.cli import (
    credit,
    demo,
    doctor,
    fake_provider,
    key,
    listen,
    migrate,
    models,
    nodes,
    openapi,
    run,
    serve,
    storage,
    worker,
    workspace,
)
from pixelmill.cli.failures import report
from pixelmill.cli.release import release

app = typer.Typer(
    name="pixelmill",
    help="Many prompts in, finished images out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("demo")(demo.demo)
app.command("worker")(worker.worker)
app.command("listen")(listen.listen)
app.command("migrate")(migrate.migrate)
app.command("doctor")(doctor.doctor)
app.command("openapi")(openapi.openapi)
app.add_typer(workspace.app, name="workspace")
app.add_typer(key.app, name="key")
app.add_typer(credit.app, name="credits")
app.add_typer(storage.app, name="storage")
app.add_typer(nodes.app, name="nodes")
app.add_typer(models.app, name="models")
app.command("fake-provider")(fake_provider.fake_provider)


def _say_version(asked: bool) -> None:
    if asked:
        print(f"pixelmill {release()}")
        raise typer.Exit


@app.callback()
def pixelmill(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Show it.")
    ] = False,
) -> None:
    """Many prompts in, finished images out."""
    del debug, version  # main() looks for --debug itself, since it also covers what fails before


def main() -> None:
    """Run the program; whatever goes wrong becomes a sentence and an exit code."""
    arguments = sys.argv[1:]
    debug = "--debug" in arguments
    try:
        app([argument for argument in arguments if argument != "--debug"])
    except Exception as error:
        if debug:
            raise
        sys.exit(report(error))
