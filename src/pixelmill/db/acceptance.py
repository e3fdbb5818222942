"""Accepting an execution: idempotency, windows, credit and the rows, decided in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pixelmill.db import acceptance_sql as sql
from pixelmill.db.ledger import LedgerEntry, enter
from pixelmill.db.records import KEEP_NODE_RUN
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row
from pixelmill.db.windows import Window, look_at_windows
from pixelmill.domain.credits import Quote, not_enough
from pixelmill.domain.limits import DAY_MS, Admitted, PlanLimits
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem

KEEP_KEYS_MS = DAY_MS


class KeyReused(Problem):
    """This Idempotency-Key was used with another request. Send a new key for a new request."""

    code = "idempotency_key_reuse"
    status = 422
    title = "Idempotency key reused"


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What was answered to an accepted request; a replay is byte-identical."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Accept:
    """A wish to start an execution: its rows, what it costs, and the answer if it is accepted.

    ``node_runs`` are completed before it begins; their items start with a ``fence`` above 0, so
    that whoever claims them looks at what is done.
    """

    execution: Row
    items: Sequence[Row]
    version: Row | None
    limits: PlanLimits
    quote: Quote
    reply: StoredReply
    idempotency_key: str | None = None
    fingerprint: str = ""
    node_runs: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answer to give; ``window`` is how the executions window stands after it."""

    reply: StoredReply
    replayed: bool = False
    window: Admitted | None = None


@dataclass(slots=True)
class _Desk:
    """What the group knows and decides on, kept current as it accepts in arrival order."""

    now_ms: int
    keys: dict[tuple[str, str], Row]
    window: Window
    available: dict[str, int]
    vtime: dict[str, int]
    weight: dict[str, int]
    accepted: list[Accept] = field(default_factory=list[Accept])
    expired: list[Row] = field(default_factory=list[Row])
    items: list[Row] = field(default_factory=list[Row])


def decide_acceptance(wishes: Sequence[Accept]) -> Script[list[Accepted | Problem]]:
    """One answer per wish, in arrival order: accepted, replayed, or the problem that refuses it."""
    desk = yield from _open_desk(wishes)
    answers = [_decide(desk, wish) for wish in wishes]
    yield from _write(desk)
    return answers


def _open_desk(wishes: Sequence[Accept]) -> Script[_Desk]:
    ids = sorted({wish.execution["workspace_id"] for wish in wishes})
    spaces = yield from read(sql.LOCK_WORKSPACES, ids=ids)
    now_ms = yield from now()
    keys = sorted({wish.idempotency_key for wish in wishes if wish.idempotency_key})
    known = (yield from read(sql.FIND_KEYS, keys=keys)) if keys else []
    limited = sorted(
        {w.execution["workspace_id"] for w in wishes if w.limits.executions_per_minute}
    )
    window = yield from look_at_windows(limited, now_ms)
    charged = sorted({w.execution["workspace_id"] for w in wishes if w.execution["charge"]})
    money = (yield from read(sql.BALANCES, ids=charged)) if charged else []
    floor = (yield from read(sql.ACTIVE_VTIME))[0]["vtime"]
    return _Desk(
        now_ms=now_ms,
        keys={(row["workspace_id"], row["key"]): row for row in known},
        window=window,
        available={row["workspace_id"]: row["available"] for row in money},
        # A workspace that returns starts at the current minimum: idling saves up no advantage.
        vtime={row["id"]: max(row["vtime"], floor or 0) for row in spaces},
        weight={row["id"]: max(1, row["weight"]) for row in spaces},
    )


def _decide(desk: _Desk, wish: Accept) -> Accepted | Problem:
    workspace = wish.execution["workspace_id"]
    key = wish.idempotency_key
    before = desk.keys.get((workspace, key)) if key else None
    if before is not None and before["expires_at"] > desk.now_ms:
        if before["fingerprint"] != wish.fingerprint:
            return KeyReused()
        reply = StoredReply(before["status"], before["headers"], before["body"])
        return Accepted(reply, replayed=True)
    short = _short_of_credit(desk, wish)
    if short is not None:
        return short
    window = desk.window.admit(workspace, wish.limits)
    if isinstance(window, Problem):
        return window
    if before is not None:
        desk.expired.append({"b_key": key, "b_workspace_id": workspace})
    _take(desk, wish)
    return Accepted(wish.reply, window=window)


def _short_of_credit(desk: _Desk, wish: Accept) -> Problem | None:
    if not wish.execution["charge"]:
        return None
    available = desk.available.get(wish.execution["workspace_id"], 0)
    if available >= wish.quote.millicredits:
        return None
    return not_enough(wish.quote, available)


def _take(desk: _Desk, wish: Accept) -> None:
    workspace = wish.execution["workspace_id"]
    desk.accepted.append(wish)
    if wish.execution["charge"]:
        desk.available[workspace] = desk.available.get(workspace, 0) - wish.quote.millicredits
    if wish.idempotency_key:
        desk.keys[workspace, wish.idempotency_key] = _key_row(desk, wish)
    start, weight = desk.vtime[workspace], desk.weight[workspace]
    desk.items.extend(
        {
            **row,
            "vtime": start + 1 + at // weight,
            "due_at": desk.now_ms,
            "created_at": desk.now_ms,
        }
        for at, row in enumerate(wish.items)
    )
    desk.vtime[workspace] = start + 1 + len(wish.items) // weight


def _key_row(desk: _Desk, wish: Accept) -> Row:
    return {
        "key": wish.idempotency_key,
        "workspace_id": wish.execution["workspace_id"],
        "fingerprint": wish.fingerprint,
        "status": wish.reply.status,
        "headers": wish.reply.headers,
        "body": wish.reply.body,
        "execution_id": wish.execution["id"],
        "created_at": desk.now_ms,
        "expires_at": desk.now_ms + KEEP_KEYS_MS,
    }


def _write(desk: _Desk) -> Script[None]:
    accepted = desk.accepted
    if not accepted:
        return
    yield from write(sql.DROP_KEYS, desk.expired)
    yield from write(sql.KEEP_VERSION, [wish.version for wish in accepted if wish.version])
    yield from write(sql.KEEP_EXECUTION, [_execution_row(desk, wish) for wish in accepted])
    yield from write(sql.KEEP_ITEM, desk.items)
    yield from write(KEEP_NODE_RUN, [row for wish in accepted for row in wish.node_runs])
    yield from write(sql.FIRST_EVENT, [_first_event(desk, wish) for wish in accepted])
    yield from write(sql.KEEP_CALL, [_call_row(desk, wish) for wish in accepted])
    yield from write(
        sql.KEEP_KEY,
        [_key_row(desk, wish) for wish in accepted if wish.idempotency_key],
    )
    yield from enter([_hold(wish) for wish in accepted if wish.execution["charge"]], desk.now_ms)
    moved = sorted({wish.execution["workspace_id"] for wish in accepted})
    yield from write(sql.MOVE_VTIME, [{"b_id": id_, "vtime": desk.vtime[id_]} for id_ in moved])
    used: dict[str, int] = {}
    for wish in accepted:
        if workflow_id := wish.execution["workflow_id"]:
            used[workflow_id] = used.get(workflow_id, 0) + 1
    yield from write(
        sql.COUNT_USE,
        [
            {"b_id": id_, "uses": uses, "last_executed_at": desk.now_ms}
            for id_, uses in sorted(used.items())
        ],
    )


def _execution_row(desk: _Desk, wish: Accept) -> Row:
    held = wish.quote.millicredits if wish.execution["charge"] else 0
    return {
        **wish.execution,
        "total": len(wish.items),
        "pending": len(wish.items),
        "credits_quoted": wish.quote.millicredits,
        "credits_held": held,
        "event_seq": 1,
        "created_at": desk.now_ms,
    }


def _first_event(desk: _Desk, wish: Accept) -> Row:
    return {
        "execution_id": wish.execution["id"],
        "seq": 1,
        "workspace_id": wish.execution["workspace_id"],
        "type": "execution.started",
        "data": {"total": len(wish.items)},
        "created_at": desk.now_ms,
    }


def _call_row(desk: _Desk, wish: Accept) -> Row:
    return {
        "id": new_id("acc"),
        "workspace_id": wish.execution["workspace_id"],
        "execution_id": wish.execution["id"],
        "accepted_at": desk.now_ms,
    }


def _hold(wish: Accept) -> LedgerEntry:
    return LedgerEntry(
        workspace_id=wish.execution["workspace_id"],
        kind="hold",
        amount=-wish.quote.millicredits,
        held=wish.quote.millicredits,
        execution_id=wish.execution["id"],
    )
