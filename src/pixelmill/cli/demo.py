"""``pixelmill demo``: a campaign of 24 images made by the built-in artist, then the web app."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pixelmill.cli.data_lock import DataLock, Holder
from pixelmill.cli.options import Data
from pixelmill.cli.release import release
from pixelmill.cli.wording import seconds_text

if TYPE_CHECKING:
    from pixelmill.cli.batch_session import Summary
    from pixelmill.cli.text_screen import TextScreen
    from pixelmill.services.house import House
    from pixelmill.settings import Settings

AGAIN = "make demo"


def demo(
    *,
    out: Annotated[Path, typer.Option(help="Where images and data go.", metavar="DIR")] = Path(
        "demo"
    ),
    data: Data = None,
    port: Annotated[
        int | None, typer.Option(help="Port to serve on (8787); 0 takes any.", min=0, max=65_535)
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Whether to stay and show the web app.")
    ] = True,
    setup_seconds: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Make 24 finished images of a campaign, with no key, and show them."""
    from pixelmill.cli.logs import configure_logs
    from pixelmill.cli.options import settings_with

    settings = settings_with(data=data or out / "data", port=port)
    # The demo shows one machine and one folder, whatever this machine serves otherwise.
    settings = replace(settings, database_url=None, storage_url=None)
    configure_logs(settings.log_format, quiet=True)
    raise typer.Exit(asyncio.run(_demo(settings, out, setup_seconds, serve=serve)))


async def _demo(settings: Settings, out: Path, setup: str, *, serve: bool) -> int:
    from pixelmill.bootstrap import migrate
    from pixelmill.cli.data_lock import Locked
    from pixelmill.cli.failures import DONE, INTERRUPTED, SOME_FAILED
    from pixelmill.cli.holding import held_house, in_use
    from pixelmill.cli.run import stop_working
    from pixelmill.cli.stopping import stop_on_signals
    from pixelmill.cli.text_screen import TextScreen
    from pixelmill.kit.clock import SystemClock

    screen = TextScreen(heading="Campaign", way_on=f"To go on: {AGAIN}")
    clock = SystemClock()
    began = clock.monotonic()
    try:
        with stop_on_signals(screen.close) as stop:
            await migrate(settings)
            screen.say(_heading(setup, clock.monotonic() - began))
            async with held_house(settings, None) as (house, lock):
                showing = _Showing(house, lock, screen, settings)
                summary = await showing.make(out, stop)
                if summary.stopped:
                    await stop_working(house)
                    return INTERRUPTED
                if serve:
                    await showing.serve(summary, stop)
                return SOME_FAILED if summary.progress.failed else DONE
    except Locked as refusal:
        raise in_use(settings, refusal) from None


@dataclass(frozen=True, slots=True)
class _Showing:
    """The demo's house, and the screen that tells of it."""

    house: House
    lock: DataLock
    screen: TextScreen
    settings: Settings

    async def make(self, out: Path, stop: asyncio.Event) -> Summary:
        """Make the images of the campaign, or go on with them."""
        from pixelmill.cli.local_submit import default_principal, submit_here
        from pixelmill.cli.run import (
            NAME_TEMPLATE,
            Wanted,
            Workplace,
            read_files,
            run_wanted,
        )

        principal = await default_principal(self.house)
        workflow, prompts = campaign_files()
        wanted = Wanted(workflow, prompts, (), out, NAME_TEMPLATE, fresh=False)
        place = Workplace(
            self.house, principal, lambda wish: submit_here(self.house, principal, wish)
        )
        return await run_wanted(place, self.screen, wanted, read_files(wanted), stop)

    async def serve(self, summary: Summary, stop: asyncio.Event) -> None:
        """Show the images in the web app until ``stop``."""
        from pixelmill.api.serving import serve as serve_house
        from pixelmill.api.sign_in import SignIn
        from pixelmill.cli.local_submit import default_principal
        from pixelmill.cli.ports import listen
        from pixelmill.services.access import create_key
        from pixelmill.services.assets import Thumbnails

        listening = listen(self.settings.host, self.settings.port)
        if listening.notice:
            self.screen.say(listening.notice)
        url = self.settings.public_url or listening.url
        self.lock.tell(Holder(os.getpid(), listening.url))
        house = replace(self.house, public_url=url)
        principal = await default_principal(house)
        key = await create_key(house.parts.database, principal.workspace_id, name="demo")
        sign_in = SignIn(house, principal.workspace_id)
        link = url + sign_in.issue(f"/batches/{summary.execution_id}")
        # The first screen is a full one: no small picture is waited for.
        await Thumbnails(house).prepare(summary.execution_id)
        for line in _ways_on(link, url, summary.workflow_id, key.secret):
            self.screen.say(line)
        await serve_house(house, sign_in, sockets=[listening.socket], stop=stop)


def campaign_files() -> tuple[Path, Path]:
    """The workflow and the rows of the demo. Raises CommandFailed where they are not installed."""
    import pixelmill
    from pixelmill.cli.failures import CommandFailed

    package = Path(pixelmill.__file__).parent
    for folder in (package / "examples", package.parent.parent / "examples"):
        campaign = folder / "campaign"
        if campaign.is_dir():
            return campaign / "workflow.json", campaign / "prompts.csv"
    raise CommandFailed("The demo's files come with the source. Clone the project, then: make demo")


def _heading(setup: str, database_s: float) -> str:
    """``setup`` is lines or a list of names with whole seconds, such as ``python packages 9``."""
    took = [part.strip() for line in setup.splitlines() for part in line.split(",")]
    parts = [f"{part} s" for part in took if part] + [f"database {seconds_text(database_s)}"]
    short = ".".join(release().split(".")[:2])
    return f"Pixelmill {short}   setting up: {', '.join(parts)}"


def _ways_on(link: str, url: str, workflow_id: str, key: str) -> list[str]:
    """What to do next: the link, an experiment, and the same by API, ready to be pasted."""
    return [
        f"Open   {link}   (signs you in once)",
        f"Stop   Ctrl-C, again: {AGAIN}",
        f"Try    kill it mid-run and run `{AGAIN}` again: it goes on, and pays nothing twice",
        "Same by API:",
        f"curl -s {url}/api/v1/workflows/{workflow_id}/execute \\",
        f"  -H 'Authorization: Bearer {key}' \\",
        '  -H \'Content-Type: application/json\' -d \'{"inputs": {"product": "pear candle",',
        '  "surface": "a round oak plinth", "mood": "low sun",',
        '  "backdrop": "#f4cf9c", "floor": "#dd9a55"}}\'',
    ]
