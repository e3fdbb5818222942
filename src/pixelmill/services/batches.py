"""A batch as a whole: counts, money, and its runs page by page."""

from typing import Any, cast

from sqlalchemy import bindparam, func, select

from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.money import ledger
from pixelmill.domain.credits import EntryKind, shown
from pixelmill.domain.values import JsonValue
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import ExecutionUnknown, Page, find_execution, read_status

REFUNDED = Statement(
    select(func.coalesce(func.sum(ledger.c.amount), 0).label("millicredits")).where(
        ledger.c.execution_id == bindparam("execution_id"),
        ledger.c.workspace_id == bindparam("workspace_id"),
        ledger.c.kind == EntryKind.REFUND.value,
    )
)


class BatchUnknown(ExecutionUnknown):
    """There is no such batch in this workspace."""

    code = "batch_not_found"
    title = "Batch not found"


async def find_batch(house: House, principal: Principal, id_: str) -> Row:
    """The execution of this ``batchId``. Raises BatchUnknown."""
    try:
        execution, item = await find_execution(house, principal, id_)
    except ExecutionUnknown:
        raise BatchUnknown from None
    if item is not None:
        raise BatchUnknown
    return execution


async def read_batch(house: House, principal: Principal, id_: str, page: Page) -> JsonValue:
    """The batch with a page of its runs, without their node runs. Raises BatchUnknown."""
    execution = await find_batch(house, principal, id_)
    found = await read_status(house, principal, id_, page)
    status = cast("dict[str, Any]", found)
    (refunded,) = await house.parts.database.fetch(
        REFUNDED, execution_id=id_, workspace_id=principal.workspace_id
    )
    base = f"{house.public_url}/api/v1/batches/{id_}"
    left_out = ("executionRuns", "nodeResults", "nodeStates", "finalOutput", "id", "credits")
    return {
        **{name: value for name, value in status.items() if name not in left_out},
        "credits": {
            "estimated": shown(execution["credits_quoted"]),
            "reserved": shown(execution["credits_held"]),
            "charged": shown(execution["credits_captured"]),
            "released": shown(execution["credits_released"]),
            "refunded": shown(int(refunded["millicredits"])),
            "saved": shown(execution["credits_saved"]),
        },
        "runs": status["executionRuns"],
        "resultsUrl": f"{base}/results",
    }
