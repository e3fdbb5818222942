"""What every change of items does to their executions: counts, credits, events and the end.

All of it happens in the transaction that moves the items, so that a poll never sees a sum that
does not add up, and an event's number is taken with the change that it tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update

from pixelmill.db.scripts import Script, read, write
from pixelmill.db.statements import Row, Statement, any_of, insert_into
from pixelmill.db.tables.executions import events, executions
from pixelmill.domain.events import execution_event_type
from pixelmill.domain.execution import Counts, State, outcome, roll_up
from pixelmill.domain.values import JsonValue

COUNTED = (
    State.PENDING,
    State.RUNNING,
    State.COMPLETED,
    State.FAILED,
    State.CANCELLED,
    State.TIMEOUT,
    State.SKIPPED,
)
COLUMNS = tuple(state.value.lower() for state in COUNTED)
CREDITS = ("credits_held", "credits_captured", "credits_released", "credits_saved")

FIND = Statement(
    select(
        executions.c.id,
        executions.c.workspace_id,
        executions.c.state,
        executions.c.charge,
        executions.c.total,
        *(executions.c[name] for name in COLUMNS),
        *(executions.c[name] for name in CREDITS),
        executions.c.event_seq,
        executions.c.cancelled_at,
        executions.c.deadline_at,
        executions.c.started_at,
        executions.c.ended_at,
        executions.c.outcome,
    )
    .where(any_of(executions.c.id, "ids"))
    .order_by(executions.c.id)
    .with_for_update()
)
_CHANGED = ("state", "outcome", *COLUMNS, *CREDITS, "event_seq", "started_at", "ended_at")
CHANGE = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in _CHANGED})
)
TELL = insert_into(events, "execution_id", "seq", "workspace_id", "type", "data", "created_at")


@dataclass(slots=True)
class Change:
    """What one transaction does to one execution."""

    moved: dict[State, int] = field(default_factory=dict[State, int])
    credits: dict[str, int] = field(default_factory=dict[str, int])
    events: list[tuple[str, JsonValue]] = field(default_factory=list[tuple[str, JsonValue]])

    def move(self, before: State, after: State) -> None:
        """One item went from one state to another."""
        if before != after:
            self.moved[before] = self.moved.get(before, 0) - 1
            self.moved[after] = self.moved.get(after, 0) + 1

    def add(self, column: str, millicredits: int) -> None:
        """Add to one of the credit columns."""
        self.credits[column] = self.credits.get(column, 0) + millicredits


def settle(changes: Mapping[str, Change], now_ms: int) -> Script[dict[str, Row]]:
    """Apply the changes; answers the executions' rows as they are afterwards."""
    if not changes:
        return {}
    found = yield from read(FIND, ids=list(changes))
    told: list[Row] = []
    for row in found:
        change = changes[row["id"]]
        _count(row, change, now_ms)
        told.extend(_numbered(row, change, now_ms))
    yield from write(CHANGE, [{**row, "b_id": row["id"]} for row in found])
    yield from write(TELL, told)
    return {row["id"]: row for row in found}


def counts_of(row: Row) -> Counts:
    """The counts of an execution's row."""
    return Counts(row["total"], *(row[name] for name in COLUMNS))


def _count(row: Row, change: Change, now_ms: int) -> None:
    for state, by in change.moved.items():
        row[state.value.lower()] += by
    for column, by in change.credits.items():
        row[column] += by
    if row["started_at"] is None and row["pending"] < row["total"]:
        row["started_at"] = now_ms
        row["state"] = State.RUNNING
    _end(row, change, now_ms)


def _end(row: Row, change: Change, now_ms: int) -> None:
    counts = counts_of(row)
    deadline = row["deadline_at"]
    ended = roll_up(
        counts,
        cancelled=row["cancelled_at"] is not None,
        deadline_passed=deadline is not None and deadline <= now_ms,
    )
    if ended is None:
        row["ended_at"] = None
        return
    if row["ended_at"] is not None:
        return
    row["state"] = ended
    row["outcome"] = outcome(counts)
    row["ended_at"] = now_ms
    kind = execution_event_type(ended)
    if kind is not None:
        told = {"status": ended.value, "outcome": row["outcome"]}
        change.events.append((kind.value, told))


def _numbered(row: Row, change: Change, now_ms: int) -> list[Row]:
    numbered: list[Row] = []
    for kind, data in change.events:
        row["event_seq"] += 1
        numbered.append(
            {
                "execution_id": row["id"],
                "seq": row["event_seq"],
                "workspace_id": row["workspace_id"],
                "type": kind,
                "data": data,
                "created_at": now_ms,
            }
        )
    return numbered
