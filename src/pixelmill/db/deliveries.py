"""Deliveries on their way: claimed for an attempt, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select, update

from pixelmill.db.dispatch import PENDING
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, any_of, insert_into
from pixelmill.db.tables.delivery import deliveries, delivery_attempts, endpoints
from pixelmill.db.tables.executions import events
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import new_id

LEASE_MS: Final = 60_000
"""A claim whose process died is open again after so long; no attempt takes longer."""
MOST_URLS: Final = 1_000
DELIVERED: Final = "delivered"
FAILED: Final = "failed"
STOPPED: Final = "stopped"

DUE_URLS = Statement(
    select(deliveries.c.url, func.min(deliveries.c.due_at).label("due_at"))
    .where(deliveries.c.due_at <= bindparam("now_ms"))
    .group_by(deliveries.c.url)
    .order_by(func.min(deliveries.c.due_at))
    .limit(MOST_URLS)
)
DUE_AT_URL = Statement(
    select(deliveries)
    .where(deliveries.c.url == bindparam("url"), deliveries.c.due_at <= bindparam("now_ms"))
    .order_by(deliveries.c.due_at, deliveries.c.id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
ENDPOINTS = Statement(select(endpoints).where(any_of(endpoints.c.id, "ids")))
POSTPONE = Statement(
    update(deliveries).where(deliveries.c.id == bindparam("b_id")).values(due_at=bindparam("until"))
)
LOCK_DELIVERY = Statement(
    select(deliveries).where(deliveries.c.id == bindparam("id")).with_for_update()
)
LOCK_ENDPOINT = Statement(
    select(endpoints).where(endpoints.c.id == bindparam("id")).with_for_update()
)
TRIED = Statement(
    select(func.max(delivery_attempts.c.attempt).label("attempt")).where(
        delivery_attempts.c.delivery_id == bindparam("id")
    )
)
KEEP_ATTEMPT = insert_into(delivery_attempts, *(c.name for c in delivery_attempts.columns))
SETTLE = Statement(
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("state", "attempts", "due_at", "ended_at")})
)
MARK_ENDPOINT = Statement(
    update(endpoints)
    .where(endpoints.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in ("failing_since_at", "enabled", "disabled_at")})
)
STOP_ALL = Statement(
    update(deliveries)
    .where(deliveries.c.endpoint_id == bindparam("b_endpoint_id"), deliveries.c.due_at.is_not(None))
    .values(state=STOPPED, due_at=None, ended_at=bindparam("ended_at"))
)
LAST_NOTICE = Statement(
    select(func.max(events.c.seq).label("seq")).where(
        events.c.execution_id == bindparam("execution_id")
    )
)
TELL = insert_into(events, "execution_id", "seq", "workspace_id", "type", "data", "created_at")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery to try now, and its endpoint's row; a callback has none."""

    delivery: Row
    endpoint: Row | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. ``wait_s`` is the pause before the next, None for no next one.

    ``gone``: the receiver said that it wants nothing any more.
    """

    delivery_id: str
    ok: bool
    status: int | None
    error: str | None
    reply: str | None
    duration_ms: int
    sent_at: int
    wait_s: float | None
    gone: bool = False


def claim(places: Mapping[str, int]) -> Script[list[Claimed]]:
    """Take due deliveries, at most so many per address, for the length of a lease."""
    now_ms = yield from now()
    taken: list[Row] = []
    for url, limit in places.items():
        taken += yield from read(DUE_AT_URL, url=url, now_ms=now_ms, limit=limit)
    until = now_ms + LEASE_MS
    yield from write(POSTPONE, [{"b_id": row["id"], "until": until} for row in taken])
    ids = sorted({row["endpoint_id"] for row in taken})
    found = {row["id"]: row for row in (yield from read(ENDPOINTS, ids=ids))} if ids else {}
    return [Claimed(row, found.get(row["endpoint_id"])) for row in taken]


def settle_attempts(
    outcomes: Sequence[Outcome], disabled_type: str, patience_ms: int
) -> Script[list[None]]:
    """Write attempts down: deliveries end or wait, endpoints recover or are given up."""
    now_ms = yield from now()
    # In the order of ids: two processes that lock the same rows do not wait for each other.
    for outcome in sorted(outcomes, key=lambda one: one.delivery_id):
        yield from _settle(outcome, now_ms, disabled_type, patience_ms)
    return [None] * len(outcomes)


def _settle(outcome: Outcome, now_ms: int, disabled_type: str, patience_ms: int) -> Script[None]:
    found = yield from read(LOCK_DELIVERY, id=outcome.delivery_id)
    if not found:
        return
    row = found[0]
    attempt = ((yield from read(TRIED, id=row["id"]))[0]["attempt"] or 0) + 1
    yield from write(KEEP_ATTEMPT, [_attempt_row(row, outcome, attempt)])
    if row["state"] == PENDING:
        yield from write(SETTLE, [_settled(row, outcome, now_ms)])
    yield from _mark_endpoint(row, outcome, now_ms, disabled_type, patience_ms)


def _attempt_row(row: Row, outcome: Outcome, attempt: int) -> Row:
    return {
        "id": new_id("dla"),
        "workspace_id": row["workspace_id"],
        "delivery_id": row["id"],
        "attempt": attempt,
        "status": outcome.status,
        "error": outcome.error,
        "reply": outcome.reply,
        "duration_ms": outcome.duration_ms,
        "created_at": outcome.sent_at,
    }


def _settled(row: Row, outcome: Outcome, now_ms: int) -> Row:
    waits = not outcome.ok and outcome.wait_s is not None and not outcome.gone
    return {
        "b_id": row["id"],
        "state": PENDING if waits else DELIVERED if outcome.ok else FAILED,
        "attempts": row["attempts"] + 1,
        "due_at": now_ms + round((outcome.wait_s or 0) * 1000) if waits else None,
        "ended_at": None if waits else now_ms,
    }


def _mark_endpoint(
    row: Row, outcome: Outcome, now_ms: int, disabled_type: str, patience_ms: int
) -> Script[None]:
    found = yield from read(LOCK_ENDPOINT, id=row["endpoint_id"])
    if not found or not found[0]["enabled"]:
        return
    endpoint = found[0]
    since = None if outcome.ok else endpoint["failing_since_at"] or now_ms
    given_up = outcome.gone or (since is not None and now_ms - since >= patience_ms)
    if since != endpoint["failing_since_at"] or given_up:
        mark = {
            "b_id": endpoint["id"],
            "failing_since_at": since,
            "enabled": int(not given_up),
            "disabled_at": now_ms if given_up else None,
        }
        yield from write(MARK_ENDPOINT, [mark])
    if given_up:
        yield from write(STOP_ALL, [{"b_endpoint_id": endpoint["id"], "ended_at": now_ms}])
        reason = "gone" if outcome.gone else "failing"
        yield from _tell(endpoint, disabled_type, {"reason": reason}, now_ms)


def _tell(endpoint: Row, kind: str, data: Mapping[str, JsonValue], now_ms: int) -> Script[None]:
    """An event about an endpoint: numbered under its id, as those of an execution are."""
    last = (yield from read(LAST_NOTICE, execution_id=endpoint["id"]))[0]["seq"] or 0
    told = {"endpointId": endpoint["id"], "url": endpoint["url"], **data}
    yield from write(
        TELL,
        [
            {
                "execution_id": endpoint["id"],
                "seq": last + 1,
                "workspace_id": endpoint["workspace_id"],
                "type": kind,
                "data": told,
                "created_at": now_ms,
            }
        ],
    )
