"""Entries of the ledger and the balances that they sum to."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import bindparam, func, select, update

from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import Row, Statement, insert_into, upsert_into
from pixelmill.db.tables.money import balances, ledger
from pixelmill.kit.ids import new_id


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One movement of credits, in millicredits: its signed effect on available and on held."""

    workspace_id: str
    kind: str
    amount: int
    held: int
    execution_id: str = ""
    node_run_id: str = ""
    note: str | None = None
    id: str = field(default_factory=lambda: new_id("led"))


ENTER = insert_into(
    ledger,
    *("id", "workspace_id", "execution_id", "node_run_id", "kind"),
    *("amount", "held", "note", "created_at"),
)
OPEN_BALANCE = upsert_into(balances, ("workspace_id", "available", "held"), ("workspace_id",))
CHANGE_BALANCE = Statement(
    update(balances)
    .where(balances.c.workspace_id == bindparam("b_workspace_id"))
    .values(
        available=balances.c.available + bindparam("amount"),
        held=balances.c.held + bindparam("held_change"),
    )
)
BALANCE = Statement(
    select(balances.c.available, balances.c.held).where(
        balances.c.workspace_id == bindparam("workspace_id")
    )
)
SUMS = Statement(
    select(
        func.coalesce(func.sum(ledger.c.amount), 0).label("available"),
        func.coalesce(func.sum(ledger.c.held), 0).label("held"),
    ).where(ledger.c.workspace_id == bindparam("workspace_id"))
)


def enter(entries: Sequence[LedgerEntry], now_ms: int) -> Script[None]:
    """Append entries and move the balances by their sums."""
    if not entries:
        return
    yield from write(ENTER, [_row(entry, now_ms) for entry in entries])
    sums: dict[str, tuple[int, int]] = {}
    for entry in entries:
        amount, held = sums.get(entry.workspace_id, (0, 0))
        sums[entry.workspace_id] = (amount + entry.amount, held + entry.held)
    yield from write(
        CHANGE_BALANCE,
        [
            {"b_workspace_id": workspace, "amount": amount, "held_change": held}
            for workspace, (amount, held) in sorted(sums.items())
        ],
    )


def _row(entry: LedgerEntry, now_ms: int) -> Row:
    return {
        "id": entry.id,
        "workspace_id": entry.workspace_id,
        "execution_id": entry.execution_id,
        # An entry that belongs to no node run is its own reason, so that grants may repeat.
        "node_run_id": entry.node_run_id or entry.id,
        "kind": entry.kind,
        "amount": entry.amount,
        "held": entry.held,
        "note": entry.note,
        "created_at": now_ms,
    }
