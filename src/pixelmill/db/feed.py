"""The feed of events: positions given after commit, and reading behind a position.

A number drawn inside the writing transaction would be seen out of order: who commits late would
appear behind a reader that has passed already. So one relay numbers what is committed.
"""

from collections import defaultdict
from typing import Final

from sqlalchemy import bindparam, func, literal, select, update
from sqlalchemy.sql import ClauseElement

from pixelmill.db.scripts import Script, read, write
from pixelmill.db.statements import Dialect, Row, Statement, any_of
from pixelmill.db.tables.executions import events

PAGE: Final = 1_000
_RELAY_LOCK: Final = 19_283_701

_UNPLACED = select(events.c.execution_id, events.c.seq).where(events.c.position.is_(None))
ANY_UNPLACED = Statement(_UNPLACED.limit(1))
UNPLACED = Statement(
    _UNPLACED.order_by(events.c.created_at, events.c.execution_id, events.c.seq).limit(
        bindparam("limit")
    )
)
HEAD = Statement(select(func.max(events.c.position).label("position")))
PLACE = Statement(
    update(events)
    .where(events.c.execution_id == bindparam("b_execution_id"), events.c.seq == bindparam("b_seq"))
    .values(position=bindparam("b_position"))
)
_BEHIND = (
    select(events)
    .where(
        events.c.workspace_id == bindparam("workspace_id"),
        events.c.position > bindparam("after"),
        events.c.position <= bindparam("head"),
    )
    .order_by(events.c.position)
    .limit(bindparam("limit"))
)
BEHIND = Statement(_BEHIND)
BEHIND_OF_TYPES = Statement(_BEHIND.where(any_of(events.c.type, "types")))


def lock_alone(key: int) -> Statement:
    """Answers a row whose ``mine`` is true for one transaction at a time, without waiting.

    SQLite's transactions are alone anyway.
    """

    def build(dialect: Dialect) -> ClauseElement:
        alone = func.pg_try_advisory_xact_lock(key) if dialect == "postgresql" else literal(1)
        return select(alone.label("mine"))

    return Statement(build)


LOCK_RELAY: Final = lock_alone(_RELAY_LOCK)


def place_events(limit: int = PAGE) -> Script[int]:
    """Give the next positions to committed events; answers to how many (0: none, or another's)."""
    if not (yield from read(LOCK_RELAY))[0]["mine"]:
        return 0
    rows = yield from read(UNPLACED, limit=limit)
    if not rows:
        return 0
    first = ((yield from read(HEAD))[0]["position"] or 0) + 1
    placed = [
        {"b_execution_id": row["execution_id"], "b_seq": row["seq"], "b_position": first + at}
        for at, row in enumerate(_in_own_order(rows))
    ]
    yield from write(PLACE, placed)
    return len(placed)


def _in_own_order(rows: list[Row]) -> list[Row]:
    """The rows with those of each execution by number, on the places that they have together.

    Times are read before a row is locked, so two events of one millisecond may stand reversed.
    """
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row["execution_id"]].append(row["seq"])
    following = {id_: iter(sorted(seqs)) for id_, seqs in numbers.items()}
    return [{**row, "seq": next(following[row["execution_id"]])} for row in rows]
