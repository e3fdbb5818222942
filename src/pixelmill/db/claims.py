"""A worker takes an item: its fence is raised, and what was already done is handed over."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.settling import Change, settle
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import attempts, executions, items, node_runs
from pixelmill.domain.execution import State
from pixelmill.domain.node_run import NodeState


@dataclass(frozen=True, slots=True)
class Claim:
    """Take this item, if it may be advanced now."""

    item_id: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """An item in the hands of one worker; later writes must show ``fence``.

    ``node_runs`` are those of the item's current round and what earlier rounds completed;
    ``attempts`` are those of the current round.
    """

    item: Row
    fence: int
    node_runs: list[Row]
    attempts: list[Row]


FIND = Statement(
    select(
        *(
            items.c[name]
            for name in (
                *("id", "workspace_id", "execution_id", "position", "key", "inputs"),
                *("overrides", "input_hash", "seed", "state", "round", "fence", "lane"),
                *("due_at", "credits_held", "credits", "created_at", "started_at"),
            )
        ),
        executions.c.paused_at,
        executions.c.version_id,
    )
    .join(executions, executions.c.id == items.c.execution_id)
    .where(any_of(items.c.id, "ids"))
    .order_by(items.c.id)
    .with_for_update(of=items)
)
DONE_BEFORE = Statement(
    select(node_runs)
    .join(items, items.c.id == node_runs.c.item_id)
    .where(
        any_of(items.c.id, "ids"),
        (items.c.round == node_runs.c.round) | (node_runs.c.state == NodeState.COMPLETED.value),
    )
    .order_by(node_runs.c.round)
)
TRIED_BEFORE = Statement(
    select(attempts)
    .join(items, (items.c.id == attempts.c.item_id) & (items.c.round == attempts.c.round))
    .where(any_of(items.c.id, "ids"))
    .order_by(attempts.c.attempt)
)
TAKE = Statement(
    update(items)
    .where(items.c.id == bindparam("b_id"))
    .values(
        fence=bindparam("fence"),
        state=State.RUNNING.value,
        started_at=bindparam("started_at"),
    )
)


def decide_claims(claims: Sequence[Claim]) -> Script[list[Claimed | None]]:
    """One answer per claim: the item, or None where there is nothing to do for it now."""
    now_ms = yield from now()
    ids = sorted({claim.item_id for claim in claims})
    found = {row["id"]: row for row in (yield from read(FIND, ids=ids))}
    open_rows = {id_: row for id_, row in found.items() if _may_advance(row, now_ms)}
    begun = [id_ for id_, row in open_rows.items() if row["fence"] > 0]
    runs: list[Row] = []
    tried: list[Row] = []
    if begun:
        runs = yield from read(DONE_BEFORE, ids=begun)
        tried = yield from read(TRIED_BEFORE, ids=begun)
    changes: dict[str, Change] = {}
    for row in open_rows.values():
        _take(row, changes.setdefault(row["execution_id"], Change()), now_ms)
    yield from write(TAKE, [{**row, "b_id": row["id"]} for row in open_rows.values()])
    yield from settle(changes, now_ms)
    claimed: list[Claimed | None] = []
    for claim in claims:
        # Two claims of one item in one group: the first has it.
        row = open_rows.pop(claim.item_id, None)
        claimed.append(None if row is None else _claimed(row, runs, tried))
    return claimed


def _may_advance(row: Row, now_ms: int) -> bool:
    due = row["due_at"]
    return due is not None and due <= now_ms and row["paused_at"] is None


def _take(row: Row, change: Change, now_ms: int) -> None:
    before = State(row["state"])
    row["fence"] += 1
    row["started_at"] = row["started_at"] or now_ms
    row["state"] = State.RUNNING.value
    change.move(before, State.RUNNING)
    if before is State.PENDING:
        change.events.append(
            ("item.started", {"itemId": row["id"], "runIndexInBatch": row["position"]})
        )


def _claimed(row: Row, runs: list[Row], tried: list[Row]) -> Claimed:
    return Claimed(
        item=row,
        fence=row["fence"],
        node_runs=[run for run in runs if run["item_id"] == row["id"]],
        attempts=[attempt for attempt in tried if attempt["item_id"] == row["id"]],
    )
