"""What a worker learnt about an item: written in one piece, or not at all when it lost it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, update

from pixelmill.db.ledger import LedgerEntry, enter
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.settling import Change, settle
from pixelmill.db.statements import Row, Statement, any_of, insert_into, upsert_into
from pixelmill.db.tables.assets import asset_sources, assets, cache
from pixelmill.db.tables.executions import attempts, items, node_runs
from pixelmill.domain.execution import State
from pixelmill.domain.values import JsonValue


@dataclass(frozen=True, slots=True)
class ItemMove:
    """Where an item goes: ``due_at`` None ends it or leaves it to a later wake-up."""

    state: State
    due_at: int | None
    outputs: JsonValue = None
    error: JsonValue = None
    reason: str | None = None
    lane: str | None = None


@dataclass(slots=True)
class Record:
    """Everything to write about one item at once; rows as their tables name the columns.

    The rule answers True, or False when another worker has the item since: then only what was
    paid for is kept, as orphan assets and the attempts' cost.
    """

    item_id: str
    execution_id: str
    workspace_id: str
    fence: int
    node_runs: list[Row] = field(default_factory=list[Row])
    attempts: list[Row] = field(default_factory=list[Row])
    assets: list[Row] = field(default_factory=list[Row])
    sources: list[Row] = field(default_factory=list[Row])
    cache: list[Row] = field(default_factory=list[Row])
    ledger: list[LedgerEntry] = field(default_factory=list[LedgerEntry])
    events: list[tuple[str, JsonValue]] = field(default_factory=list[tuple[str, JsonValue]])
    credits: int = 0
    saved: int = 0
    move: ItemMove | None = None


FIND = Statement(
    select(
        items.c.id,
        items.c.fence,
        items.c.state,
        items.c.lane,
        items.c.credits,
        items.c.credits_held,
        items.c.position,
        items.c.started_at,
    )
    .where(any_of(items.c.id, "ids"))
    .order_by(items.c.id)
    .with_for_update()
)
NODE_RUN_COLUMNS = tuple(column.name for column in node_runs.columns)
KEEP_NODE_RUN = upsert_into(
    node_runs,
    NODE_RUN_COLUMNS,
    ("item_id", "node_id", "round"),
    tuple(
        name
        for name in NODE_RUN_COLUMNS
        if name
        not in ("id", "workspace_id", "execution_id", "item_id", "node_id", "round", "node_type")
    ),
)
ATTEMPT_COLUMNS = tuple(column.name for column in attempts.columns)
KEEP_ATTEMPT = upsert_into(
    attempts,
    ATTEMPT_COLUMNS,
    ("item_id", "node_id", "round", "call", "attempt"),
    (
        *("state", "ticket", "next_step", "result", "failure", "message", "provider_cost"),
        *("provider_currency", "cost_source", "ended_at"),
    ),
)
KEEP_COST = Statement(
    update(attempts)
    .where(attempts.c.id == bindparam("b_id"))
    .values(
        {name: bindparam(name) for name in ("provider_cost", "provider_currency", "cost_source")}
    )
)
ASSET_COLUMNS = tuple(column.name for column in assets.columns)
KEEP_ASSET = insert_into(assets, *ASSET_COLUMNS)
KEEP_SOURCE = upsert_into(asset_sources, ("asset_id", "source_id"), ("asset_id", "source_id"))
CACHE_COLUMNS = tuple(column.name for column in cache.columns)
KEEP_CACHE = upsert_into(
    cache, CACHE_COLUMNS, ("key", "workspace_id"), ("output", "credits", "created_at")
)
MOVE = Statement(
    update(items)
    .where(items.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("state", "due_at", "outputs", "error", "reason", "lane"),
                *("credits", "credits_held", "ended_at"),
            )
        }
    )
)


KEEP_MONEY = Statement(
    update(items)
    .where(items.c.id == bindparam("b_id"))
    .values(credits=bindparam("credits"), credits_held=bindparam("credits_held"))
)


def decide_records(records: Sequence[Record]) -> Script[list[bool]]:
    """Write the records whose worker still has the item; True for those."""
    now_ms = yield from now()
    ids = sorted({record.item_id for record in records})
    found = {row["id"]: row for row in (yield from read(FIND, ids=ids))}
    mine = [
        record.item_id in found and found[record.item_id]["fence"] == record.fence
        for record in records
    ]
    kept = [record for record, ok in zip(records, mine, strict=True) if ok]
    lost = [record for record, ok in zip(records, mine, strict=True) if not ok]
    yield from write(KEEP_NODE_RUN, [run for record in kept for run in record.node_runs])
    yield from write(KEEP_ATTEMPT, [row for record in kept for row in record.attempts])
    # A lost worker's attempts tell only what was paid; their course belongs to its successor.
    yield from write(
        KEEP_COST,
        [{**row, "b_id": row["id"]} for record in lost for row in record.attempts],
    )
    yield from write(KEEP_ASSET, [row for record in kept for row in record.assets])
    yield from write(
        KEEP_ASSET, [{**row, "kind": "orphan"} for record in lost for row in record.assets]
    )
    yield from write(KEEP_SOURCE, [row for record in kept for row in record.sources])
    yield from write(KEEP_CACHE, [row for record in kept for row in record.cache])
    yield from enter([entry for record in kept for entry in record.ledger], now_ms)
    changes = _changes(kept, found)
    _add_money(kept, found)
    moved = {record.item_id for record in kept if record.move is not None}
    spent = {record.item_id for record in kept if record.credits or record.ledger} - moved
    yield from write(KEEP_MONEY, [{**found[id_], "b_id": id_} for id_ in sorted(spent)])
    yield from write(MOVE, _moves(kept, found, now_ms))
    yield from settle(changes, now_ms)
    return mine


def _changes(kept: list[Record], found: dict[str, Row]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    for record in kept:
        change = changes.setdefault(record.execution_id, Change())
        change.events.extend(record.events)
        if record.credits:
            change.add("credits_captured", record.credits)
        if record.saved:
            change.add("credits_saved", record.saved)
        for entry in record.ledger:
            change.add("credits_held", entry.held)
            if entry.kind == "release":
                change.add("credits_released", entry.amount)
        if record.move is not None:
            change.move(State(found[record.item_id]["state"]), record.move.state)
    return changes


def _add_money(kept: list[Record], found: dict[str, Row]) -> None:
    for record in kept:
        row = found[record.item_id]
        row["credits"] += record.credits
        row["credits_held"] += sum(entry.held for entry in record.ledger)


def _moves(kept: list[Record], found: dict[str, Row], now_ms: int) -> list[Row]:
    moved: list[Row] = []
    for record in kept:
        row, move = found[record.item_id], record.move
        if move is None:
            continue
        row["state"] = move.state.value
        moved.append(
            {
                "b_id": record.item_id,
                "state": move.state.value,
                "due_at": move.due_at,
                "outputs": move.outputs,
                "error": move.error,
                "reason": move.reason,
                "lane": move.lane or row["lane"],
                "credits": row["credits"],
                "credits_held": row["credits_held"],
                "ended_at": now_ms if move.due_at is None else None,
            }
        )
    return moved
