"""``pixelmill run``: a workflow's file over a file of prompts; no server needed."""

from __future__ import annotations

import asyncio
import sys
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelmill.cli.options import Data

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from pixelmill.cli.batch_session import Screen, Submit, Summary
    from pixelmill.services.file_names import NameTemplate
    from pixelmill.services.house import House, Principal
    from pixelmill.services.prompt_files import PromptTable
    from pixelmill.services.workflow_files import WorkflowFile
    from pixelmill.settings import Settings

NAME_TEMPLATE = "{index:04d}-{slug}.{ext}"


def run(
    workflow: Annotated[Path, typer.Argument(help="The workflow's file.", metavar="WORKFLOW.json")],
    *,
    prompts: Annotated[
        Path, typer.Option(help="Rows as .csv, .txt, .jsonl or .xlsx.", metavar="FILE")
    ],
    settings_: Annotated[
        list[str] | None,
        typer.Option("--set", help="A parameter for every row.", metavar="node.param=value"),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the images go (named after the workflow).")
    ] = None,
    data: Data = None,
    name_template: Annotated[
        str, typer.Option(help="Names from index, slug, key, seed, ext and the columns.")
    ] = NAME_TEMPLATE,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Make new images where the same rows were run before.")
    ] = False,
) -> None:
    """Run a workflow over rows of prompts; run it again to go on where it stopped."""
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(data=data)
    configure_logs(settings.log_format, quiet=True)
    wanted = Wanted(workflow, prompts, tuple(settings_ or ()), out, name_template, fresh)
    raise typer.Exit(asyncio.run(_run(settings, wanted)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The command's arguments."""

    workflow: Path
    prompts: Path
    settings: tuple[str, ...]
    out: Path | None
    name_template: str
    fresh: bool


async def _run(settings: Settings, wanted: Wanted) -> int:
    from pixelmill.cli.failures import DONE, INTERRUPTED, SOME_FAILED
    from pixelmill.cli.stopping import stop_on_signals

    files = read_files(wanted)
    screen = _screen()
    with stop_on_signals(lambda: _say_stopping(screen)) as stop:
        async with _workplace(settings) as place:
            summary = await run_wanted(place, screen, wanted, files, stop)
            if summary.stopped:
                await stop_working(place.house)
    if summary.stopped:
        return INTERRUPTED
    return SOME_FAILED if summary.progress.failed or summary.held else DONE


@dataclass(frozen=True, slots=True)
class Workplace:
    """Where a batch is prepared and followed, and how it is handed to who makes it."""

    house: House
    principal: Principal
    submit: Submit


@dataclass(frozen=True, slots=True)
class Files:
    """What the command's files say."""

    workflow: WorkflowFile
    table: PromptTable
    template: NameTemplate
    out: Path


def read_files(wanted: Wanted) -> Files:
    """Read the files, before anything is opened for them. Raises Problem, OSError."""
    from pixelmill.kit.naming import slug
    from pixelmill.services.file_names import parse_template
    from pixelmill.services.prompt_files import read_prompts
    from pixelmill.services.workflow_files import read_workflow

    workflow = read_workflow(wanted.workflow.read_bytes(), str(wanted.workflow))
    table = read_prompts(wanted.prompts.read_bytes(), str(wanted.prompts))
    template = parse_template(wanted.name_template, table.columns)
    out = wanted.out or Path(slug(workflow.name) or "images")
    _refuse_own_input(out, wanted.prompts)
    return Files(workflow, table, template, out)


async def run_wanted(
    place: Workplace, screen: Screen, wanted: Wanted, files: Files, stop: asyncio.Event
) -> Summary:
    """Price the batch and carry it to its end. Raises Problem, OSError."""
    from pixelmill.cli.batch_session import Session
    from pixelmill.services.exporting import Exporter
    from pixelmill.services.running import BatchOrder, prepare

    house, principal, out = place.house, place.principal, files.out
    # Before anything is paid: a folder that cannot be written must not cost a batch.
    (out / "images").mkdir(parents=True, exist_ok=True)
    folders = (wanted.prompts.parent, wanted.workflow.parent)
    order = BatchOrder(files.workflow, files.table, folders, wanted.settings)
    batch = await prepare(house, principal, order)
    exporter = Exporter(house, principal, batch, out, files.template)
    session = Session(house, principal, batch, exporter, screen, out, place.submit)
    return await session.run(stop, fresh=wanted.fresh)


async def stop_working(house: House) -> None:
    """Let what is computed now end, without a word about what is broken off."""
    from pixelmill.cli.logs import silence_logs

    silence_logs()
    if house.engine is not None:
        await house.engine.stop(drain_s=2.0)


@asynccontextmanager
async def _workplace(settings: Settings) -> AsyncGenerator[Workplace]:
    """A house of our own, or the one of the server that holds the data directory."""
    from pixelmill.bootstrap import open_house
    from pixelmill.cli.data_lock import Locked
    from pixelmill.cli.holding import held_house, in_use
    from pixelmill.cli.local_submit import default_principal, submit_here
    from pixelmill.cli.server_submit import submit_to_server

    if not settings.embedded:
        async with open_house(settings) as house:
            principal = await default_principal(house)
            yield Workplace(house, principal, lambda wish: submit_here(house, principal, wish))
        return
    try:
        async with held_house(settings, None) as (house, _):
            principal = await default_principal(house)
            yield Workplace(house, principal, lambda wish: submit_here(house, principal, wish))
        return
    except Locked as refusal:
        holder = refusal.holder
        if holder is None or holder.url is None:
            raise in_use(settings, refusal) from None
    url = holder.url
    there = replace(settings, database_url=holder.database_url, storage_url=holder.storage_url)
    print(f"The server at {url} (process {holder.pid}) makes the images.", file=sys.stderr)
    async with open_house(there, working=False) as house:
        principal = await default_principal(house)
        yield Workplace(
            house, principal, lambda wish: submit_to_server(house, principal, url, wish)
        )


def _screen() -> Screen:
    if not sys.stdout.isatty():
        from pixelmill.cli.json_screen import JsonScreen

        return JsonScreen()
    from pixelmill.cli.text_screen import TextScreen

    return TextScreen(way_on="Run the same command again to go on.")


def _say_stopping(screen: Screen) -> None:
    from pixelmill.cli.text_screen import TextScreen

    if isinstance(screen, TextScreen):
        screen.close()
    print("Stopping. Ctrl-C again ends at once; nothing is lost either way.", file=sys.stderr)


def _refuse_own_input(out: Path, prompts: Path) -> None:
    from pixelmill.cli.failures import CommandFailed

    if (out / "manifest.csv").resolve() == prompts.resolve():
        raise CommandFailed(
            f"The manifest would overwrite your prompts, {prompts}. Give another --out."
        )
