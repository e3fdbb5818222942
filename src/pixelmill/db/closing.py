"""Closing items by decision: a cancel or a deadline ends what is not finished, at once.

The fence is raised, so that a worker that is still at it can add nothing but an orphan.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, or_, select, update

from pixelmill.db.ledger import LedgerEntry, enter
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.settling import FIND as FIND_EXECUTIONS
from pixelmill.db.settling import Change, settle
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import executions, items, node_runs
from pixelmill.domain.credits import release
from pixelmill.domain.events import item_event_type, item_payload
from pixelmill.domain.execution import State
from pixelmill.domain.node_run import NodeState


@dataclass(frozen=True, slots=True)
class Close:
    """End the open items of an execution, or one of them, as ``state``.

    CANCELLED marks the execution as cancelled by request, unless it is one item only.
    """

    execution_id: str
    state: State
    item_id: str | None = None


OPEN_ITEMS = Statement(
    select(
        *(
            items.c[name]
            for name in (
                *("id", "workspace_id", "execution_id", "position", "key", "state"),
                *("round", "fence", "credits_held"),
            )
        )
    )
    .where(
        any_of(items.c.execution_id, "execution_ids"),
        or_(items.c.state == State.PENDING.value, items.c.state == State.RUNNING.value),
    )
    .order_by(items.c.id)
    .with_for_update()
)
END_ITEM = Statement(
    update(items)
    .where(items.c.id == bindparam("b_id"))
    .values(
        state=bindparam("state"),
        fence=items.c.fence + 1,
        due_at=None,
        credits_held=0,
        ended_at=bindparam("ended_at"),
    )
)
END_NODE_RUNS = Statement(
    update(node_runs)
    .where(
        node_runs.c.item_id == bindparam("b_item_id"),
        node_runs.c.state == NodeState.RUNNING.value,
    )
    .values(state=bindparam("state"), ended_at=bindparam("ended_at"))
)
MARK_CANCELLED = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"), executions.c.ended_at.is_(None))
    .values(cancelled_at=bindparam("cancelled_at"))
)
EXPIRED = Statement(
    select(executions.c.id).where(
        executions.c.ended_at.is_(None), executions.c.deadline_at <= bindparam("now_ms")
    )
)


def decide_closings(closings: Sequence[Close]) -> Script[list[int]]:
    """How many items each closing ended; 0 where there was nothing open."""
    now_ms = yield from now()
    ids = sorted({closing.execution_id for closing in closings})
    whole = sorted(
        {
            closing.execution_id
            for closing in closings
            if closing.item_id is None and closing.state is State.CANCELLED
        }
    )
    yield from write(MARK_CANCELLED, [{"b_id": id_, "cancelled_at": now_ms} for id_ in whole])
    charged = {row["id"] for row in (yield from read(FIND_EXECUTIONS, ids=ids)) if row["charge"]}
    found = yield from read(OPEN_ITEMS, execution_ids=ids)
    ended: list[tuple[Row, State]] = []
    counts: list[int] = []
    for closing in closings:
        mine = [row for row in found if _meant(closing, row)]
        found = [row for row in found if not _meant(closing, row)]
        ended += [(row, closing.state) for row in mine]
        counts.append(len(mine))
    yield from _end(ended, charged, now_ms)
    return counts


def _meant(closing: Close, row: Row) -> bool:
    return row["execution_id"] == closing.execution_id and closing.item_id in (None, row["id"])


def _end(ended: list[tuple[Row, State]], charged: set[str], now_ms: int) -> Script[None]:
    values = [{"b_id": row["id"], "state": state.value, "ended_at": now_ms} for row, state in ended]
    yield from write(END_ITEM, values)
    yield from write(
        END_NODE_RUNS,
        [
            {"b_item_id": row["id"], "state": state.value, "ended_at": now_ms}
            for row, state in ended
            if row["state"] == State.RUNNING
        ],
    )
    entries = [
        _released(row) for row, _ in ended if row["execution_id"] in charged and row["credits_held"]
    ]
    yield from enter(entries, now_ms)
    changes: dict[str, Change] = {}
    for row, state in ended:
        change = changes.setdefault(row["execution_id"], Change())
        change.move(State(row["state"]), state)
        kind = item_event_type(state)
        if kind is not None:
            change.events.append((kind.value, _told(row, state)))
    for entry in entries:
        changes[entry.execution_id].add("credits_held", entry.held)
        changes[entry.execution_id].add("credits_released", entry.amount)
    yield from settle(changes, now_ms)


def _released(row: Row) -> LedgerEntry:
    entry = release(row["credits_held"])
    return LedgerEntry(
        workspace_id=row["workspace_id"],
        kind=entry.kind.value,
        amount=entry.amount,
        held=entry.held,
        execution_id=row["execution_id"],
        node_run_id=f"{row['id']}.{row['round']}",
    )


def _told(row: Row, state: State) -> dict[str, object]:
    return item_payload(
        execution_id=row["execution_id"],
        item_id=row["id"],
        index=row["position"],
        key=row["key"],
        state=state,
    )
