"""Reopening items: a new round takes up what an earlier one did not finish.

What completed stays as it is and is reused; the new round is held, windowed and answered like an
execution of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update

from pixelmill.db.acceptance import Accepted, KeyReused, StoredReply
from pixelmill.db.acceptance_sql import (
    BALANCES,
    DROP_KEYS,
    FIND_KEYS,
    KEEP_CALL,
    KEEP_KEY,
    LOCK_WORKSPACES,
)
from pixelmill.db.ledger import LedgerEntry, enter
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.settling import Change, settle
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import executions, items
from pixelmill.db.windows import Window, look_at_windows
from pixelmill.domain.credits import Quote, hold, not_enough
from pixelmill.domain.execution import REOPENABLE, State
from pixelmill.domain.limits import DAY_MS, PlanLimits
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem


class NothingToReopen(Problem):
    """There is nothing to take up again: every item is completed or still under way."""

    code = "invalid_state"
    status = 409
    title = "Nothing to do"


@dataclass(frozen=True, slots=True)
class Reopen:
    """Give these items a new round. ``holds`` are millicredits by item id."""

    workspace_id: str
    execution_id: str
    holds: dict[str, int]
    charge: bool
    limits: PlanLimits
    quote: Quote
    reply: StoredReply
    idempotency_key: str | None = None
    fingerprint: str = ""
    states: frozenset[State] = field(default=REOPENABLE)


FIND = Statement(
    select(items.c.id, items.c.execution_id, items.c.state, items.c.round, items.c.position)
    .where(any_of(items.c.id, "ids"))
    .order_by(items.c.id)
    .with_for_update()
)
REOPEN_ITEM = Statement(
    update(items)
    .where(items.c.id == bindparam("b_id"))
    .values(
        state=State.PENDING.value,
        round=items.c.round + 1,
        fence=items.c.fence + 1,
        due_at=bindparam("due_at"),
        credits_held=bindparam("credits_held"),
        error=None,
        reason=None,
        ended_at=None,
    )
)
REOPEN_EXECUTION = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"))
    .values(
        state=State.RUNNING.value,
        outcome=None,
        ended_at=None,
        cancelled_at=None,
        paused_at=None,
        deadline_at=None,
        round=executions.c.round + 1,
    )
)


def decide_reopenings(wishes: Sequence[Reopen]) -> Script[list[Accepted | Problem]]:
    """One answer per wish: accepted, replayed, or the problem that refuses it."""
    workspaces = sorted({wish.workspace_id for wish in wishes})
    yield from read(LOCK_WORKSPACES, ids=workspaces)
    now_ms = yield from now()
    window = yield from look_at_windows(workspaces, now_ms)
    answers: list[Accepted | Problem] = []
    for wish in wishes:
        # One after another: each sees what the one before it took.
        answer = yield from _decide(wish, window, now_ms)
        answers.append(answer)
    return answers


def _decide(wish: Reopen, window: Window, now_ms: int) -> Script[Accepted | Problem]:
    before = yield from _earlier_answer(wish)
    if before is not None and before["expires_at"] > now_ms:
        if before["fingerprint"] != wish.fingerprint:
            return KeyReused()
        return Accepted(
            StoredReply(before["status"], before["headers"], before["body"]), replayed=True
        )
    rows = yield from read(FIND, ids=sorted(wish.holds))
    rows = [row for row in rows if State(row["state"]) in wish.states]
    if not rows:
        return NothingToReopen()
    admitted = window.admit(wish.workspace_id, wish.limits)
    if isinstance(admitted, Problem):
        return admitted
    held = sum(wish.holds[row["id"]] for row in rows) if wish.charge else 0
    available = yield from read(BALANCES, ids=[wish.workspace_id])
    if held and (not available or available[0]["available"] < held):
        return not_enough(wish.quote, available[0]["available"] if available else 0)
    yield from _write(wish, rows, held, now_ms)
    return Accepted(wish.reply, window=admitted)


def _earlier_answer(wish: Reopen) -> Script[Row | None]:
    if wish.idempotency_key is None:
        return None
    found = yield from read(FIND_KEYS, keys=[wish.idempotency_key])
    mine = [row for row in found if row["workspace_id"] == wish.workspace_id]
    return mine[0] if mine else None


def _write(wish: Reopen, rows: list[Row], held: int, now_ms: int) -> Script[None]:
    yield from write(REOPEN_EXECUTION, [{"b_id": wish.execution_id}])
    yield from write(
        REOPEN_ITEM,
        [
            {
                "b_id": row["id"],
                "due_at": now_ms,
                "credits_held": wish.holds[row["id"]] if wish.charge else 0,
            }
            for row in rows
        ],
    )
    change = Change()
    for row in rows:
        change.move(State(row["state"]), State.PENDING)
    change.events.append(("execution.started", {"total": len(rows), "reopened": True}))
    if held:
        entry = hold(held)
        yield from enter(
            [
                LedgerEntry(
                    wish.workspace_id,
                    entry.kind.value,
                    entry.amount,
                    entry.held,
                    execution_id=wish.execution_id,
                )
            ],
            now_ms,
        )
        change.add("credits_held", held)
    yield from settle({wish.execution_id: change}, now_ms)
    yield from _remember(wish, now_ms)


def _remember(wish: Reopen, now_ms: int) -> Script[None]:
    yield from write(
        KEEP_CALL,
        [
            {
                "id": new_id("acc"),
                "workspace_id": wish.workspace_id,
                "execution_id": wish.execution_id,
                "accepted_at": now_ms,
            }
        ],
    )
    if wish.idempotency_key is None:
        return
    key = {"b_key": wish.idempotency_key, "b_workspace_id": wish.workspace_id}
    yield from write(DROP_KEYS, [key])
    yield from write(
        KEEP_KEY,
        [
            {
                "key": wish.idempotency_key,
                "workspace_id": wish.workspace_id,
                "fingerprint": wish.fingerprint,
                "status": wish.reply.status,
                "headers": wish.reply.headers,
                "body": wish.reply.body,
                "execution_id": wish.execution_id,
                "created_at": now_ms,
                "expires_at": now_ms + DAY_MS,
            }
        ],
    )
