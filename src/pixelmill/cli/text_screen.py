"""Shows a batch to a person: its price, a bar that lives, and how it ended."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from pixelmill.cli.wording import counted, file_range, seconds_text, step_name
from pixelmill.domain.credits import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pixelmill.cli.batch_session import Price, Progress, Summary
    from pixelmill.db.statements import Row
    from pixelmill.services.running import Batch

WIDTH = 100
BAR = 24
AMBER = "#f5b83d"
_REASONS_SHOWN = 5


class TextScreen:
    """Lines of at most 100 columns; what is under way is redrawn in place on a terminal.

    ``heading`` stands before the name of the workflow; ``way_on`` says how to go on when stopped.
    """

    def __init__(
        self, console: Console | None = None, *, heading: str = "", way_on: str = ""
    ) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self._heading = heading
        self._way_on = way_on
        self._live: Live | None = None
        self._batch: Batch | None = None
        self._done_before = 0

    def say(self, text: str) -> None:
        """One line."""
        self.console.print(text, markup=False)

    def priced(self, batch: Batch, price: Price) -> None:
        """The batch in a line, and what it costs before it runs."""
        self._batch = batch
        steps = " > ".join(step_name(node.label) for node in batch.steps)
        many = f"{counted(price.rows, 'row')}, {counted(len(batch.steps), 'step')}: {steps}"
        line = f"{self._heading} {batch.name}: {many}".strip()
        for part in wrap(line, WIDTH, subsequent_indent="  "):
            self.say(part)
        cost = f"{price.rows:,} x {shown(price.per_item)} = {shown(price.millicredits)} credits"
        self.say(f"Cost before running: {cost} ({_who_pays(price)})")

    def continuing(self, done: int, total: int) -> None:
        """What is there already is not made again."""
        self._done_before = done
        self.say(f"{done} of {total} done already" + ("" if done == total else ", going on"))

    def progress(self, progress: Progress) -> None:
        """Draw the bar anew."""
        if not self.console.is_terminal or self._batch is None:
            return
        if self._live is None:
            if progress.done == progress.total:
                return
            self._live = Live(console=self.console, refresh_per_second=8, transient=True)
            self._live.start()
        self._live.update(self._drawn(self._batch, progress))

    def item(self, position: int, item: Row, files: Sequence[str]) -> None:
        """Nothing: the bar tells."""

    def close(self) -> None:
        """Leave the terminal as it was."""
        if self._live is not None:
            self._live.stop()
            self._live = None

    def ended(self, batch: Batch, summary: Summary) -> None:
        """How it went, where the images are, and what went wrong."""
        self.close()
        progress = summary.progress
        new = not summary.resumed or progress.done > self._done_before
        for line in _step_lines(batch, summary) if new else ():
            self.say(line)
        if summary.stopped:
            self.say(f"Stopped: {progress.done} of {progress.total} images done. {self._way_on}")
        elif new or progress.failed:
            credits_ = f"{shown(progress.millicredits)} credits"
            took = seconds_text(progress.seconds)
            self.say(
                f"Done: {counted(progress.done, 'image')} in {took}, "
                f"{progress.failed} failed, {credits_}"
            )
        for line in (*_reason_lines(summary), *_held_lines(summary)):
            self.say(line)
        self._tell_files(summary)

    def _tell_files(self, summary: Summary) -> None:
        if summary.files:
            files = f"Files  {summary.out}/{file_range(summary.files)}"
            look = f"Look   {summary.sheet}" if summary.sheet else ""
            together = f"{look}      {files}"
            for line in [together] if look and len(together) <= WIDTH else [look, files]:
                if line:
                    self.say(line)
        self.say(
            f"Sheet  {summary.out}/manifest.csv (your rows + file, seed, seconds, credits, sha256)"
        )

    def _drawn(self, batch: Batch, progress: Progress) -> Group:
        through = progress.done + progress.failed
        filled = BAR * through // max(1, progress.total)
        line = Text(no_wrap=True, overflow="ellipsis")
        line.append("━" * filled, style=AMBER)
        line.append("━" * (BAR - filled), style="dim")
        line.append(f"  {progress.done}/{progress.total} done", style="bold")
        line.append(f"  {progress.failed} failed", style="red" if progress.failed else "dim")
        rest = [
            f"{progress.running} running",
            f"{shown(progress.millicredits)} credits",
            seconds_text(progress.seconds),
        ]
        left = _seconds_left(progress)
        if left is not None:
            rest.append(f"{seconds_text(left)} left")
        line.append("  " + "  ".join(rest), style="dim")
        steps = Text(no_wrap=True, overflow="ellipsis")
        for node in batch.steps:
            count = progress.steps.get(node.id)
            done = count.done if count else 0
            steps.append(f"{node.number:02d} ", style=AMBER)
            steps.append(f"{step_name(node.label)} ")
            steps.append(f"{done}   ", style="bold" if done else "dim")
        return Group(line, steps)


def _who_pays(price: Price) -> str:
    if price.usd > 0:
        return f"your providers bill about US${price.usd:.2f}"
    return "taken when an image is done" if price.charged else "simulated, nothing is charged"


def _seconds_left(progress: Progress) -> float | None:
    through = progress.done + progress.failed
    if through < 2 or progress.seconds < 1:
        return None
    return progress.seconds / through * (progress.total - through)


def _step_lines(batch: Batch, summary: Summary) -> list[str]:
    """The steps in two columns: name, how many, seconds."""
    cells: list[str] = []
    names = [step_name(node.label)[:24] for node in batch.steps]
    width = max((len(name) for name in names), default=0)
    for node, name in zip(batch.steps, names, strict=True):
        count = summary.progress.steps.get(node.id)
        done = f"{count.done if count else 0}/{summary.progress.total}"
        seconds = summary.step_seconds.get(node.id)
        took = "" if seconds is None or summary.resumed else seconds_text(seconds)
        cells.append(f"{name.ljust(width)}  {done:>7}  {took:>6}")
    half = (len(cells) + 1) // 2
    return [f"  {left}{_beside(cells, at + half)}".rstrip() for at, left in enumerate(cells[:half])]


def _beside(cells: Sequence[str], at: int) -> str:
    return f"      {cells[at]}" if at < len(cells) else ""


def _held_lines(summary: Summary) -> list[str]:
    if not summary.held:
        return []
    waiting = f"{counted(summary.held, 'image')} waiting"
    return [
        f"  {waiting}: the provider may have been paid and did not answer.",
        "  Decide in the web app (pixelmill serve), or run this again in a day.",
    ]


def _reason_lines(summary: Summary) -> list[str]:
    most = sorted(summary.reasons.items(), key=lambda pair: -pair[1])
    lines = [f"  {counted(count, 'image')}: {message}" for message, count in most[:_REASONS_SHOWN]]
    if len(most) > _REASONS_SHOWN:
        lines.append(f"  … and {len(most) - _REASONS_SHOWN} more reasons, all in the manifest")
    return lines
