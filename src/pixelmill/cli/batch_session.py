"""Carries one batch from its price to its last image, whatever shows it and whoever makes it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from pixelmill.services.controlling import InvalidState, pause, reopen
from pixelmill.services.exporting import Exporter, message_of
from pixelmill.services.following import Look, StepCount, count_held, count_steps, follow
from pixelmill.services.running import (
    Batch,
    find_earlier,
    provider_usd,
    read_execution,
)

if TYPE_CHECKING:
    import asyncio
    from pathlib import Path

    from pixelmill.db.statements import Row
    from pixelmill.services.executing import Wish
    from pixelmill.services.house import House, Principal

STEPS_EVERY_S = 0.5

Submit = Callable[["Wish"], Awaitable[str]]
"""Starts a batch and answers its execution's id."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a batch costs before it runs; ``usd`` is what providers bill, None if unknown."""

    rows: int
    millicredits: int
    per_item: int
    usd: float
    charged: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is. ``steps`` are by node id."""

    done: int
    failed: int
    running: int
    total: int
    millicredits: int
    seconds: float
    steps: Mapping[str, StepCount] = field(default_factory=dict[str, StepCount])


@dataclass(frozen=True, slots=True)
class Summary:
    """How a batch ended, or where it was left. ``reasons`` count failed rows by their message."""

    execution_id: str
    workflow_id: str
    progress: Progress
    files: tuple[str, ...]
    sheet: Path | None
    out: Path
    reasons: Mapping[str, int]
    stopped: bool
    resumed: bool
    held: int
    step_seconds: Mapping[str, float]


class Screen(Protocol):
    """Shows a batch to a person or to a program."""

    def priced(self, batch: Batch, price: Price) -> None: ...
    def continuing(self, done: int, total: int) -> None: ...
    def progress(self, progress: Progress) -> None: ...
    def item(self, position: int, item: Row, files: Sequence[str]) -> None: ...
    def ended(self, batch: Batch, summary: Summary) -> None: ...


@dataclass(slots=True)
class Session:
    """One batch in the hands of one command."""

    house: House
    principal: Principal
    batch: Batch
    exporter: Exporter
    screen: Screen
    out: Path
    submit: Submit

    async def run(self, stop: asyncio.Event, *, fresh: bool = False) -> Summary:
        """Start the batch, or go on with it, until it has ended or ``stop`` is set."""
        self.screen.priced(self.batch, self._price())
        execution_id, resumed = await self._begin(fresh=fresh)
        began = self.house.parts.clock.monotonic()
        reasons: dict[str, int] = {}
        progress = Progress(0, 0, 0, len(self.batch.items.rows), 0, 0.0)
        steps: Mapping[str, StepCount] = {}
        counted, held = 0.0, 0
        async with aclosing(follow(self.house, execution_id, stop)) as looks:
            async for look in looks:
                await self.exporter.add(look.ended)
                for item in look.ended:
                    if message := message_of(item):
                        reasons[message] = reasons.get(message, 0) + 1
                    at: int = item["position"]
                    self.screen.item(at, item, self.exporter.rows[at].files)
                now = self.house.parts.clock.monotonic()
                if now - counted > STEPS_EVERY_S or look.over:
                    steps, counted = await count_steps(self.house, execution_id), now
                    held = await count_held(self.house, execution_id)
                progress = _progress(look, steps, now - began)
                self.screen.progress(progress)
                if held and held == progress.total - progress.done - progress.failed:
                    break  # only a person, or a day, moves these on
                held = 0
        return await self._leave(execution_id, progress, reasons, resumed=resumed, held=held)

    async def _begin(self, *, fresh: bool) -> tuple[str, bool]:
        earlier = await find_earlier(self.house, self.principal, self.batch)
        wish = self.batch.wish(len(earlier))
        if not earlier or fresh:
            return await self.submit(wish), False
        last = earlier[0]
        self.screen.continuing(last["completed"], last["total"])
        if last["completed"] < last["total"] and (last["ended_at"] or last["paused_at"]):
            await reopen(self.house, self.principal, last["id"], "resume")
        return last["id"], True

    async def _leave(
        self,
        execution_id: str,
        progress: Progress,
        reasons: Mapping[str, int],
        *,
        resumed: bool,
        held: int,
    ) -> Summary:
        execution = await read_execution(self.house, execution_id)
        ended = execution["ended_at"] is not None
        stopped = not ended and not held
        if stopped:
            with suppress(InvalidState):
                await pause(self.house, self.principal, execution_id)
        elif ended and not resumed:
            seconds = (execution["ended_at"] - execution["created_at"]) / 1000
            progress = replace(progress, seconds=seconds)
        sheet = await self.exporter.finish(self.batch.name, _sheet_line(progress))
        summary = Summary(
            execution_id=execution_id,
            workflow_id=self.batch.workflow_id,
            progress=progress,
            files=tuple(self.exporter.files),
            sheet=sheet,
            out=self.out,
            reasons=reasons,
            stopped=stopped,
            resumed=resumed,
            held=held,
            step_seconds=_step_seconds(self.batch, progress, execution["created_at"]),
        )
        self.screen.ended(self.batch, summary)
        return summary

    def _price(self) -> Price:
        quote = self.batch.quote
        return Price(
            rows=len(self.batch.items.rows),
            millicredits=quote.millicredits,
            per_item=quote.per_item,
            usd=provider_usd(self.house, self.batch),
            charged=self.house.plans[self.principal.plan].charge,
        )


def _progress(look: Look, steps: Mapping[str, StepCount], seconds: float) -> Progress:
    counts = look.counts
    return Progress(
        done=counts.completed,
        failed=counts.total - counts.completed - counts.pending - counts.running,
        running=counts.running,
        total=counts.total,
        millicredits=look.execution["credits_captured"],
        seconds=seconds,
        steps=steps,
    )


def _step_seconds(batch: Batch, progress: Progress, began_ms: int) -> dict[str, float]:
    """How long each step made the batch last: from the end of the step before to its own end.

    Steps overlap and share the processors, so only these seconds add up to those of the batch.
    """
    found: dict[str, float] = {}
    before = began_ms
    for node in batch.steps:
        ended = progress.steps.get(node.id, StepCount()).ended_at
        if ended is not None:
            found[node.id] = max(0, ended - before) / 1000
            before = max(before, ended)
    return found


def _sheet_line(progress: Progress) -> str:
    from pixelmill.domain.credits import shown

    failed = f", {progress.failed} failed" if progress.failed else ""
    return f"{progress.done} images{failed}, {shown(progress.millicredits)} credits"
