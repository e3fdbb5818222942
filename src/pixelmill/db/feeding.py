"""Which items the queue should hold now: due, not paused, in fair order."""

from sqlalchemy import bindparam, func, select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions, items

ACTIVE_WORKSPACES = Statement(
    select(executions.c.workspace_id).where(executions.c.ended_at.is_(None)).distinct()
)
DUE_ITEMS = Statement(
    select(items.c.id, items.c.lane, items.c.priority, items.c.vtime)
    .join(executions, executions.c.id == items.c.execution_id)
    .where(
        items.c.workspace_id == bindparam("workspace_id"),
        items.c.due_at <= bindparam("now_ms"),
        executions.c.paused_at.is_(None),
    )
    .order_by(items.c.priority.desc(), items.c.vtime, items.c.position)
    .limit(bindparam("share"))
)
NEXT_DUE = Statement(
    select(func.min(items.c.due_at).label("due_at")).where(items.c.due_at > bindparam("now_ms"))
)
