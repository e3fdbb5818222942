"""Webhook endpoints and the log of their deliveries, as their owner reads and changes them."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, bindparam, delete, select, update

from pixelmill.db.deliveries import FAILED, LOCK_ENDPOINT, STOPPED
from pixelmill.db.dispatch import PENDING
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, any_of, insert_into
from pixelmill.db.tables.delivery import deliveries, delivery_attempts, endpoints

MOST_RESENT: Final = 10_000
RESENDABLE: Final = (FAILED, STOPPED)

LIST = Statement(
    select(endpoints)
    .where(endpoints.c.workspace_id == bindparam("workspace_id"))
    .order_by(endpoints.c.id)
)
KEEP = insert_into(
    endpoints,
    *("id", "workspace_id", "url", "description", "events", "secrets", "enabled", "created_at"),
)
CHANGE = Statement(
    update(endpoints)
    .where(endpoints.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("url", "description", "events", "secrets", "enabled"),
                *("failing_since_at", "disabled_at"),
            )
        }
    )
)
DROP = Statement(delete(endpoints).where(endpoints.c.id == bindparam("b_id")))
STOP = Statement(
    update(deliveries)
    .where(deliveries.c.endpoint_id == bindparam("b_id"), deliveries.c.due_at.is_not(None))
    .values(state=STOPPED, due_at=None, ended_at=bindparam("ended_at"))
)
REDIRECT = Statement(
    update(deliveries)
    .where(deliveries.c.endpoint_id == bindparam("b_id"), deliveries.c.due_at.is_not(None))
    .values(url=bindparam("url"))
)
ONE_DELIVERY = Statement(
    select(deliveries).where(
        deliveries.c.id == bindparam("id"), deliveries.c.workspace_id == bindparam("workspace_id")
    )
)
ATTEMPTS = Statement(
    select(delivery_attempts)
    .where(delivery_attempts.c.delivery_id == bindparam("delivery_id"))
    .order_by(delivery_attempts.c.attempt)
)
LOST = Statement(
    select(deliveries.c.id)
    .where(
        deliveries.c.endpoint_id == bindparam("endpoint_id"),
        any_of(deliveries.c.state, "states"),
        deliveries.c.created_at >= bindparam("since"),
    )
    .order_by(deliveries.c.created_at, deliveries.c.id)
    .limit(MOST_RESENT)
)
AGAIN = Statement(
    update(deliveries)
    .where(deliveries.c.id == bindparam("b_id"))
    .values(
        state=PENDING,
        attempts=0,
        url=bindparam("url"),
        due_at=bindparam("due_at"),
        ended_at=None,
    )
)


def log_page(*, of_endpoint: bool, in_state: bool, behind: bool) -> Statement:
    """One page of the log, the newest first, narrowed by what is asked."""
    log: Select[Any] = select(deliveries).where(
        deliveries.c.workspace_id == bindparam("workspace_id")
    )
    if of_endpoint:
        log = log.where(deliveries.c.endpoint_id == bindparam("endpoint_id"))
    if in_state:
        log = log.where(deliveries.c.state == bindparam("state"))
    if behind:
        log = log.where(deliveries.c.id < bindparam("before"))
    return Statement(log.order_by(deliveries.c.id.desc()).limit(bindparam("limit")))


def keep_endpoint(row: Row) -> Script[Row]:
    """Write a new endpoint; answers its row."""
    now_ms = yield from now()
    yield from write(KEEP, [{**row, "created_at": now_ms}])
    return (yield from read(LOCK_ENDPOINT, id=row["id"]))[0]


def change_endpoint(endpoint_id: str, changes: Row) -> Script[Row | None]:
    """Change columns; one that is switched on begins anew. None when it is gone."""
    now_ms = yield from now()
    found = yield from read(LOCK_ENDPOINT, id=endpoint_id)
    if not found:
        return None
    row = found[0]
    if changes.get("enabled") == 1:
        changes = {**changes, "failing_since_at": None, "disabled_at": None}
    if changes.get("enabled") == 0:
        changes = {**changes, "disabled_at": now_ms}
        yield from write(STOP, [{"b_id": endpoint_id, "ended_at": now_ms}])
    row |= changes
    yield from write(CHANGE, [{**row, "b_id": endpoint_id}])
    if "url" in changes:
        yield from write(REDIRECT, [{"b_id": endpoint_id, "url": row["url"]}])
    return row


def drop_endpoint(endpoint_id: str) -> Script[None]:
    """Forget an endpoint and stop what is on its way there; the log stays."""
    now_ms = yield from now()
    yield from write(STOP, [{"b_id": endpoint_id, "ended_at": now_ms}])
    yield from write(DROP, [{"b_id": endpoint_id}])


def send_again(ids: Sequence[str], url: str) -> Script[int]:
    """Make deliveries due now at this address, with all attempts before them; answers how many."""
    now_ms = yield from now()
    yield from write(AGAIN, [{"b_id": id_, "url": url, "due_at": now_ms} for id_ in ids])
    return len(ids)


def send_lost_again(endpoint: Row, since: int, states: Sequence[str]) -> Script[int]:
    """The same for what an endpoint did not get since then; answers how many."""
    found = yield from read(LOST, endpoint_id=endpoint["id"], states=list(states), since=since)
    return (yield from send_again([row["id"] for row in found], endpoint["url"]))
