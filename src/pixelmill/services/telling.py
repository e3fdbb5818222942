"""Follows the events of an execution from any point, without a gap, and its passing progress."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select

from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.executions import events
from pixelmill.domain.values import JsonValue
from pixelmill.engine.hub import Watch
from pixelmill.kit.clock import rfc3339
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import LOOK_S, find_execution, woken

AT_ONCE: Final = 500
REST_S: Final = 0.1
"""A busy execution is told in bursts: ten a second are enough to see."""

EVENTS_AFTER = Statement(
    select(events)
    .where(events.c.execution_id == bindparam("execution_id"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell: an event with its number, a passing tick without, or silence."""

    type: str
    data: JsonValue
    seq: int | None = None


async def has_more(house: House, principal: Principal, id_: str, after: int) -> bool:
    """Whether there is, or may come, anything behind ``after``. Raises ExecutionUnknown."""
    execution, _ = await find_execution(house, principal, id_)
    return execution["ended_at"] is None or execution["event_seq"] > after


async def follow(
    house: House,
    principal: Principal,
    id_: str,
    after: int,
    *,
    heartbeat_s: float,
    closing: asyncio.Event,
) -> AsyncIterator[Told]:
    """Events behind ``after`` in their order until the execution has ended.

    Ticks of progress come between them and are not stored. A heartbeat (type ``""``) comes after
    ``heartbeat_s`` seconds of silence.
    """
    execution, _ = await find_execution(house, principal, id_)
    clock, silent_since = house.parts.clock, house.parts.clock.monotonic()
    with house.parts.hub.watching(execution["id"]) as watch:
        while not closing.is_set():
            watch.woken.clear()
            execution, _ = await find_execution(house, principal, id_)
            rows = await house.parts.database.fetch(
                EVENTS_AFTER, execution_id=execution["id"], after=after, limit=AT_ONCE
            )
            for told in (*map(_event, rows), *_ticks(watch)):
                yield told
                silent_since = clock.monotonic()
            after = rows[-1]["seq"] if rows else after
            if len(rows) == AT_ONCE:
                continue
            if execution["ended_at"] is not None and after >= execution["event_seq"]:
                return
            if clock.monotonic() - silent_since >= heartbeat_s:
                yield Told("", None)
                silent_since = clock.monotonic()
            await woken(watch.woken, closing, min(LOOK_S, heartbeat_s))
            await asyncio.sleep(REST_S)


def _event(row: Row) -> Told:
    data = {
        "executionId": row["execution_id"],
        **row["data"],
        "type": row["type"],
        "seq": row["seq"],
        "at": rfc3339(row["created_at"]),
    }
    return Told(row["type"], data, row["seq"])


def _ticks(watch: Watch) -> list[Told]:
    ticks, watch.ticks = watch.ticks, {}
    return [
        Told("progress", {"itemId": item_id, "nodeId": node_id, **(data or {})})
        for (item_id, node_id), data in ticks.items()
    ]
