"""One call of a node to a model: attempts, tickets and retries, never paid twice.

Before a paid body leaves, its attempt is committed as SENT; a ticket is committed before anything
waits on it; pictures are stored and the attempt is DONE in one write. So whoever takes the item
over after a crash knows whether to send, to ask again, or to look at what is there.
"""

import asyncio
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import structlog

from pixelmill.db.statements import Row
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import AttemptState
from pixelmill.domain.values import JsonValue
from pixelmill.engine.failures import Parked, ProviderFailed
from pixelmill.engine.job import Job
from pixelmill.engine.parts import Parts
from pixelmill.engine.picking_up import keep_pictures
from pixelmill.engine.requests import prepare
from pixelmill.engine.retrying import wait_before_retry
from pixelmill.engine.rows import attempt_row
from pixelmill.engine.sending import send
from pixelmill.engine.steps import as_document, from_document
from pixelmill.engine.values import load
from pixelmill.engine.vendors import Vendor
from pixelmill.sdk.provider import (
    Call,
    Compute,
    Failure,
    Picture,
    Pictures,
    Refusal,
    Reply,
    Request,
    Step,
    Ticket,
)
from pixelmill.sdk.values import Image

log = structlog.get_logger()

SLOT_WAIT_S = 5.0
"""A wait up to this long keeps the worker's slot; a longer one parks the item."""

HOLD_MS = 24 * 3600 * 1000
RESENDS = 3
PASSING = frozenset({Failure.TRANSIENT, Failure.RATE_LIMITED, Failure.AUTH, Failure.NO_CREDIT})
"""Refusals of a poll that say nothing about the job: the picture is paid for and waits."""

REPOLLS = 12


@dataclass(slots=True)
class ModelCall:
    """The ``index``-th call that one node run makes."""

    parts: Parts
    job: Job
    node: Node
    index: int
    run: Row
    vendor: Vendor = field(init=False)
    request: Request = field(init=False)
    row: Row = field(init=False)
    _committed: bool = False
    _failed_polls: int = 0

    async def pictures(
        self, model_id: str, params: Mapping[str, JsonValue], images: Sequence[Image], seed: int
    ) -> list[Image]:
        """Pictures of the model, stored. Raises ProviderFailed or Parked."""
        job = self.job
        earlier = job.attempts_of(self.node.id, self.index)
        if earlier and earlier[-1]["state"] == AttemptState.DONE:
            self._tell(earlier[-1])
            return load(earlier[-1]["result"])
        self.vendor, self.request = await prepare(
            self.parts, job.order, model_id, params=params, images=images, seed=seed
        )
        step = self._take_up(earlier)
        failed = [row for row in earlier if row["state"] == AttemptState.FAILED]
        while True:
            self.run["attempts"] = self.row["attempt"]
            result = await self._drive(step)
            if isinstance(result, Pictures):
                kept = await keep_pictures(self, result, images)
                self._tell(self.row)
                return kept
            await self._fail(result, failed)
            failed.append(self.row)
            step = self._begin(self.row["attempt"] + 1)

    def _tell(self, row: Row) -> None:
        run = self.run
        run["model"], run["provider"] = row["model"], row["provider"]
        run["ticket"] = row["ticket"] or run["ticket"]
        run["attempts"] = row["attempt"]
        run["provider_cost"] = (run["provider_cost"] or 0.0) + (row["provider_cost"] or 0.0)
        run["provider_currency"] = row["provider_currency"]

    def _take_up(self, earlier: Sequence[Row]) -> Step:
        """Go on with an attempt that was under way when its worker was lost, or begin one."""
        last = earlier[-1] if earlier else None
        if last is None or last["state"] == AttemptState.FAILED:
            return self._begin(last["attempt"] + 1 if last else 1)
        self.row = dict(last)
        self._committed = True
        self.request = self._numbered(last["attempt"])
        if last["state"] == AttemptState.TICKET:
            return Ticket(last["ticket"], from_document(last["next_step"]), due_in_s=0.0)
        if last["state"] == AttemptState.UNKNOWN:
            return self._unknown("Nobody could tell whether this request was paid.")
        step = self.vendor.provider.ask(self.request)
        idempotent = isinstance(step, Call) and step.idempotent
        if idempotent or self.vendor.on_unknown == "retry" or not isinstance(step, Call):
            return step
        return self._unknown("The worker was lost while this request was on its way.")

    def _begin(self, number: int) -> Step:
        model = self.request.model
        self.row = attempt_row(
            self.job,
            self.node.id,
            call=self.index,
            number=number,
            provider=self.vendor.provider.name,
            model=model.id,
            now_ms=self.parts.clock.now_ms(),
        )
        self._committed = False
        self.request = self._numbered(number)
        return self.vendor.refusal_without_call() or self.vendor.provider.ask(self.request)

    def _numbered(self, number: int) -> Request:
        item = self.job.item
        key = f"{item['id']}.{self.node.id}.{item['round']}.{self.index}.{number}"
        request = self.request
        return Request(
            request.model, request.params, request.seed, request.images, key, attempt=number
        )

    async def _drive(self, step: Step) -> Pictures | Refusal:
        ticket: Ticket | None = None
        while True:
            match step:
                case Call():
                    answer = await self._call(step)
                    if ticket is not None and isinstance(answer, Refusal):
                        answer = await self._poll_again(answer, ticket)
                    step = answer
                case Compute():
                    step = await self._compute(step)
                case Ticket():
                    ticket = step
                    await self._redeem_later(step)
                    step = step.next
                case Pictures() | Refusal():
                    return step

    async def _call(self, call: Call) -> Step:
        if call.paid:
            await self._commit()
        sends = RESENDS if call.idempotent or self.vendor.on_unknown == "retry" else 1
        doubt = ""
        for _ in range(sends):
            answer = await send(self.parts.door, self.vendor, call, self.request.idempotency_key)
            if isinstance(answer, Reply):
                return self.vendor.provider.read(answer, self.request)
            if isinstance(answer, Refusal):
                return answer
            doubt = answer.message
            log.info("provider.in_doubt", attempt=self.row["id"], message=doubt)
        return self._unknown(doubt)

    def _unknown(self, message: str) -> Refusal:
        return Refusal(Failure.UNKNOWN_AFTER_SEND, message)

    async def _compute(self, compute: Compute) -> Pictures:
        """Draw in the children; of several pictures each has the next seed."""
        seed = compute.arguments.get("seed", 0)
        drawn = await asyncio.gather(
            *(
                self.parts.pool.run(compute.function, **{**compute.arguments, "seed": seed + at})
                for at in range(compute.count)
            )
        )
        return Pictures(tuple(Picture(data=one, media_type=compute.media_type) for one in drawn))

    async def _commit(self) -> None:
        if not self._committed:
            self.job.record.attempts.append(dict(self.row))
            await self.job.flush()
            self._committed = True

    async def _redeem_later(self, ticket: Ticket) -> None:
        following = as_document(ticket.next)
        if self.row["ticket"] != ticket.id or self.row["next_step"] != following:
            self.row |= {
                "state": AttemptState.TICKET.value,
                "ticket": ticket.id,
                "next_step": following,
            }
            self._committed = False
            await self._commit()
        if ticket.progress is not None:
            self.parts.hub.tick(
                self.job.item["execution_id"],
                self.job.item["id"],
                self.node.id,
                {"progress": ticket.progress},
            )
        await self._wait(ticket.due_in_s)

    async def _poll_again(self, refusal: Refusal, ticket: Ticket) -> Step:
        """A failed look at a ticket says nothing about the ticket: look again."""
        passing = refusal.failure in PASSING
        if not passing or self._failed_polls >= REPOLLS:
            return refusal
        self._failed_polls += 1
        wait = max(refusal.retry_after_s or 0.0, min(2.0**self._failed_polls * 0.25, 10.0))
        return Ticket(ticket.id, ticket.next, due_in_s=wait, cancel=ticket.cancel)

    async def _fail(self, refusal: Refusal, failed: Sequence[Row]) -> None:
        """Record the attempt's end and wait for the next one, or raise when there is none."""
        self.vendor.note(refusal)
        held = (
            refusal.failure is Failure.UNKNOWN_AFTER_SEND
            and self.vendor.on_unknown == "hold"
            and self.row["state"] != AttemptState.UNKNOWN
        )
        state = AttemptState.UNKNOWN if held else AttemptState.FAILED
        now_ms = self.parts.clock.now_ms()
        self.row |= {
            "state": state.value,
            "failure": refusal.failure.value,
            "message": refusal.message,
            "ended_at": None if held else now_ms,
        }
        self.job.record.attempts.append(dict(self.row))
        if held:
            raise Parked(now_ms + HOLD_MS, held=True)
        # Jitter spreads retries; nothing secret depends on it.
        wait = wait_before_retry(refusal, failed, random.random())  # noqa: S311
        if wait is None:
            self._tell(self.row)
            raise ProviderFailed(refusal, self.vendor.provider)
        await self._wait(wait)

    async def _wait(self, seconds: float) -> None:
        if seconds > SLOT_WAIT_S:
            raise Parked(self.parts.clock.now_ms() + int(seconds * 1000))
        if seconds > 0:
            await asyncio.sleep(seconds)
