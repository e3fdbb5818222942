"""Follows an execution from outside: what finished since the last look, and how far it is."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select

from pixelmill.db.settling import counts_of
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import events, executions, items, node_runs
from pixelmill.domain.execution import TERMINAL, Counts
from pixelmill.domain.node_run import NodeState
from pixelmill.services.house import House

LOOK_S: Final = 0.25
_LINGER_S: Final = 0.1
_PAGE: Final = 500
_ENDS: Final = ("item.completed", "item.failed", "item.skipped", "item.cancelled")

FIND = Statement(select(executions).where(executions.c.id == bindparam("id")))
PAGE = Statement(
    select(items)
    .where(items.c.execution_id == bindparam("execution_id"), items.c.position > bindparam("after"))
    .order_by(items.c.position)
    .limit(bindparam("limit"))
)
BY_ID = Statement(select(items).where(any_of(items.c.id, "ids")).order_by(items.c.position))
SINCE = Statement(
    select(events.c.seq, events.c.type, events.c.data)
    .where(events.c.execution_id == bindparam("execution_id"), events.c.seq > bindparam("seq"))
    .order_by(events.c.seq)
    .limit(bindparam("limit"))
)
STEPS = Statement(
    select(
        node_runs.c.node_id,
        node_runs.c.state,
        func.count().label("runs"),
        func.sum(node_runs.c.cached).label("cached"),
        func.min(node_runs.c.started_at).label("started_at"),
        func.max(node_runs.c.ended_at).label("ended_at"),
    )
    .where(node_runs.c.execution_id == bindparam("execution_id"))
    .group_by(node_runs.c.node_id, node_runs.c.state)
)
HELD = Statement(
    select(func.count(node_runs.c.item_id.distinct()).label("items")).where(
        node_runs.c.execution_id == bindparam("execution_id"),
        node_runs.c.state == NodeState.RUNNING.value,
        node_runs.c.reason == "held",
    )
)
RUNS = Statement(
    select(
        node_runs.c.item_id,
        node_runs.c.node_id,
        node_runs.c.seed,
        node_runs.c.credits,
    )
    .join(items, (items.c.id == node_runs.c.item_id) & (items.c.round == node_runs.c.round))
    .where(any_of(items.c.id, "ids"))
    .order_by(items.c.position, node_runs.c.number)
)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many items a step is through with; times are epoch ms, None before the first."""

    done: int = 0
    failed: int = 0
    cached: int = 0
    started_at: int | None = None
    ended_at: int | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an execution: its row, and the items that ended since the look before."""

    execution: Row
    ended: tuple[Row, ...]

    @property
    def counts(self) -> Counts:
        """How many items are in which state."""
        return counts_of(self.execution)

    @property
    def over(self) -> bool:
        """Whether every item has ended."""
        return self.execution["ended_at"] is not None


async def follow(house: House, execution_id: str, stop: asyncio.Event) -> AsyncGenerator[Look]:
    """Looks until the execution has ended or ``stop`` is set; every ended item comes once.

    Works on an execution that another process advances, too. Raises LookupError.
    """
    execution = await _execution(house, execution_id)
    seq = execution["event_seq"]
    seen: set[str] = set()
    async for page in _pages(house, execution_id):
        ended = tuple(row for row in page if row["state"] in TERMINAL)
        seen.update(row["id"] for row in ended)
        yield Look(execution, ended)
    with house.parts.hub.watching(execution_id) as watch:
        while True:
            execution = await _execution(house, execution_id)
            seq, ids = await _ended_since(house, execution_id, seq)
            fresh = [id_ for id_ in dict.fromkeys(ids) if id_ not in seen]
            rows = await house.parts.database.fetch(BY_ID, ids=fresh) if fresh else []
            rows = [row for row in rows if row["state"] in TERMINAL]
            seen.update(row["id"] for row in rows)
            yield Look(execution, tuple(rows))
            if stop.is_set():
                return
            if execution["ended_at"] is not None and not rows:
                break
            if execution["ended_at"] is None:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_S):
                        await watch.woken.wait()
                watch.woken.clear()
                # Changes come in bursts: a person need not see each.
                await asyncio.sleep(_LINGER_S)
    # Items that were ended by one sweep over the rows told no event of their own.
    async for page in _pages(house, execution_id):
        rest = tuple(row for row in page if row["id"] not in seen)
        if rest:
            yield Look(execution, rest)


async def count_steps(house: House, execution_id: str) -> dict[str, StepCount]:
    """Progress by node id."""
    found: dict[str, StepCount] = {}
    for row in await house.parts.database.fetch(STEPS, execution_id=execution_id):
        before = found.get(row["node_id"], StepCount())
        done = row["runs"] if row["state"] == NodeState.COMPLETED else 0
        failed = row["runs"] if row["state"] in (NodeState.FAILED, NodeState.TIMEOUT) else 0
        found[row["node_id"]] = StepCount(
            before.done + done,
            before.failed + failed,
            before.cached + (row["cached"] or 0),
            _least(before.started_at, row["started_at"]),
            _most(before.ended_at, row["ended_at"]),
        )
    return found


async def count_held(house: House, execution_id: str) -> int:
    """How many items wait for a decision, since their provider may have been paid already."""
    return (await house.parts.database.fetch(HELD, execution_id=execution_id))[0]["items"]


async def runs_of(house: House, item_ids: list[str]) -> dict[str, list[Row]]:
    """The node runs of these items' current rounds, by item, in the order of their numbers."""
    found: dict[str, list[Row]] = {id_: [] for id_ in item_ids}
    for row in await house.parts.database.fetch(RUNS, ids=item_ids):
        found[row["item_id"]].append(row)
    return found


async def _execution(house: House, execution_id: str) -> Row:
    rows = await house.parts.database.fetch(FIND, id=execution_id)
    if not rows:
        raise LookupError(execution_id)
    return rows[0]


async def _pages(house: House, execution_id: str) -> AsyncIterator[list[Row]]:
    after = -1
    while True:
        page = await house.parts.database.fetch(
            PAGE, execution_id=execution_id, after=after, limit=_PAGE
        )
        if not page:
            return
        yield page
        after = page[-1]["position"]


async def _ended_since(house: House, execution_id: str, seq: int) -> tuple[int, list[str]]:
    ids: list[str] = []
    while True:
        rows = await house.parts.database.fetch(
            SINCE, execution_id=execution_id, seq=seq, limit=_PAGE
        )
        ids += [row["data"]["itemId"] for row in rows if row["type"] in _ENDS]
        seq = rows[-1]["seq"] if rows else seq
        if len(rows) < _PAGE:
            return seq, ids


def _least(one: int | None, other: int | None) -> int | None:
    return min((value for value in (one, other) if value is not None), default=None)


def _most(one: int | None, other: int | None) -> int | None:
    return max((value for value in (one, other) if value is not None), default=None)
