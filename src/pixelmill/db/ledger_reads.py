"""The statements that read the ledger: its pages, and whether it sums to the balances."""

from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    union,
)

from pixelmill.db.statements import Statement
from pixelmill.db.tables.money import balances, ledger

_CONDITIONS: Final = {
    "kind": ledger.c.kind == bindparam("kind"),
    "execution_id": ledger.c.execution_id == bindparam("execution_id"),
    "since": ledger.c.created_at >= bindparam("since"),
    "until": ledger.c.created_at < bindparam("until"),
    "before": or_(
        ledger.c.created_at < bindparam("before_at"),
        and_(ledger.c.created_at == bindparam("before_at"), ledger.c.id < bindparam("before")),
    ),
}


@lru_cache(maxsize=32)
def ledger_page(names: frozenset[str]) -> Statement:
    """Entries of a workspace, the newest first, under the conditions of these names."""
    conditions = [condition for name, condition in _CONDITIONS.items() if name in names]
    return Statement(
        select(ledger)
        .where(ledger.c.workspace_id == bindparam("workspace_id"), *conditions)
        .order_by(ledger.c.created_at.desc(), ledger.c.id.desc())
        .limit(bindparam("limit"))
    )


def _compared(*, one: bool) -> Select[Any, Any, Any, Any, Any]:
    """Balance and sum of the ledger side by side, in one statement: one moment of both."""
    booked = select(
        ledger.c.workspace_id,
        cast(func.sum(ledger.c.amount), BigInteger).label("available"),
        cast(func.sum(ledger.c.held), BigInteger).label("held"),
    ).group_by(ledger.c.workspace_id)
    known = select(balances.c.workspace_id)
    if one:
        booked = booked.where(ledger.c.workspace_id == bindparam("workspace_id"))
        known = known.where(balances.c.workspace_id == bindparam("workspace_id"))
    sums = booked.subquery("sums")
    ids = union(known, select(sums.c.workspace_id)).subquery("ids")
    return (
        select(
            ids.c.workspace_id,
            func.coalesce(balances.c.available, 0).label("available"),
            func.coalesce(balances.c.held, 0).label("held"),
            func.coalesce(sums.c.available, 0).label("booked_available"),
            func.coalesce(sums.c.held, 0).label("booked_held"),
        )
        .join(balances, balances.c.workspace_id == ids.c.workspace_id, isouter=True)
        .join(sums, sums.c.workspace_id == ids.c.workspace_id, isouter=True)
        .order_by(ids.c.workspace_id)
    )


COMPARE_ALL = Statement(_compared(one=False))
COMPARE_ONE = Statement(_compared(one=True))
