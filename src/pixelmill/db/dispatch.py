"""From the feed to deliveries: each event becomes one row per receiver, exactly once."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import bindparam, select

from pixelmill.db.feed import lock_alone
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, any_of, upsert_into
from pixelmill.db.tables.access import facts
from pixelmill.db.tables.delivery import deliveries, endpoints
from pixelmill.db.tables.executions import events, executions
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import new_id

PAGE: Final = 1_000
PENDING: Final = "pending"
_LOCK: Final = lock_alone(19_283_702)
_CURSOR: Final = "webhooks.position"

FIND_CURSOR = Statement(select(facts.c.value).where(facts.c.name == _CURSOR))
KEEP_CURSOR = upsert_into(facts, ("name", "value"), ("name",), ("value",))
LIGHT = Statement(
    select(events.c.execution_id, events.c.workspace_id, events.c.type, events.c.position)
    .where(events.c.position > bindparam("after"))
    .order_by(events.c.position)
    .limit(bindparam("limit"))
)
WHOLE = Statement(
    select(events).where(any_of(events.c.position, "positions")).order_by(events.c.position)
)
LISTENING = Statement(
    select(endpoints.c.id, endpoints.c.workspace_id, endpoints.c.url, endpoints.c.events).where(
        any_of(endpoints.c.workspace_id, "ids"), endpoints.c.enabled == 1
    )
)
CALLBACKS = Statement(
    select(executions.c.id, executions.c.callback_url, executions.c.callback_events).where(
        any_of(executions.c.id, "ids"), executions.c.callback_url.is_not(None)
    )
)
EXECUTIONS = Statement(select(executions).where(any_of(executions.c.id, "ids")))
KEEP = upsert_into(
    deliveries,
    (
        *("id", "workspace_id", "endpoint_id", "execution_id", "event_id", "event_type", "url"),
        *("body", "state", "due_at", "created_at"),
    ),
    ("endpoint_id", "event_id"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """An event as it goes out: its id, and the body that stays the same over all attempts."""

    id: str
    body: str


Describe = Callable[[Row, Row | None], Message]
"""Makes the message of an event's row and its execution's row, if it has one."""
Wanted = Callable[[JsonValue], frozenset[str]]
"""Reads which events a receiver named."""


@dataclass(frozen=True, slots=True)
class _Receiver:
    id: str
    url: str
    types: frozenset[str]


def dispatch(describe: Describe, wanted: Wanted) -> Script[tuple[int, int]]:
    """Make deliveries of the next events; answers how many events were passed and deliveries made.

    The cursor moves in the same transaction, so a crash repeats nothing and loses nothing.
    """
    if not (yield from read(_LOCK))[0]["mine"]:
        return 0, 0
    found = yield from read(FIND_CURSOR)
    after = int(found[0]["value"]) if found else 0
    light = yield from read(LIGHT, after=after, limit=PAGE)
    if not light:
        return 0, 0
    receivers = yield from _receivers(light, wanted)
    matched = [
        (row["position"], receiver)
        for row in light
        for receiver in (*receivers[row["workspace_id"]], *receivers[row["execution_id"]])
        if row["type"] in receiver.types
    ]
    if matched:
        yield from _keep(matched, describe)
    yield from write(KEEP_CURSOR, [{"name": _CURSOR, "value": str(light[-1]["position"])}])
    return len(light), len(matched)


class _Receivers(dict[str, list[_Receiver]]):
    def __missing__(self, key: str) -> list[_Receiver]:
        return []


def _receivers(light: Sequence[Row], wanted: Wanted) -> Script[Mapping[str, list[_Receiver]]]:
    """Who listens to a workspace or to one execution, by its id."""
    spaces = sorted({row["workspace_id"] for row in light})
    ids = sorted({row["execution_id"] for row in light})
    listening = yield from read(LISTENING, ids=spaces)
    callbacks = yield from read(CALLBACKS, ids=ids)
    by_id = _Receivers()
    for row in listening:
        one = _Receiver(row["id"], row["url"], wanted(row["events"]))
        by_id.setdefault(row["workspace_id"], []).append(one)
    for row in callbacks:
        one = _Receiver(row["id"], row["callback_url"], wanted(row["callback_events"]))
        by_id.setdefault(row["id"], []).append(one)
    return by_id


def _keep(matched: Sequence[tuple[int, _Receiver]], describe: Describe) -> Script[None]:
    now_ms = yield from now()
    rows = yield from read(WHOLE, positions=sorted({position for position, _ in matched}))
    by_position = {row["position"]: row for row in rows}
    ids = sorted({row["execution_id"] for row in rows})
    found = {row["id"]: row for row in (yield from read(EXECUTIONS, ids=ids))}
    messages = {
        position: describe(row, found.get(row["execution_id"]))
        for position, row in by_position.items()
    }
    yield from write(KEEP, list(_delivery_rows(matched, by_position, messages, now_ms)))


def _delivery_rows(
    matched: Sequence[tuple[int, _Receiver]],
    events_by_position: Mapping[int, Row],
    messages: Mapping[int, Message],
    now_ms: int,
) -> Iterator[dict[str, Any]]:
    for position, receiver in matched:
        event, message = events_by_position[position], messages[position]
        yield {
            "id": new_id("del"),
            "workspace_id": event["workspace_id"],
            # A callback has no endpoint: its execution stands in the endpoint's place.
            "endpoint_id": receiver.id,
            "execution_id": event["execution_id"],
            "event_id": message.id,
            "event_type": event["type"],
            "url": receiver.url,
            "body": message.body,
            "state": PENDING,
            "due_at": now_ms,
            "created_at": now_ms,
        }
