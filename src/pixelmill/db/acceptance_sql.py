"""The statements of accepting an execution."""

from sqlalchemy import bindparam, delete, func, select, update

from pixelmill.db.statements import Statement, any_of, insert_into, upsert_into
from pixelmill.db.tables.access import accepted_calls, idempotency_keys, workspaces
from pixelmill.db.tables.executions import events, executions, items
from pixelmill.db.tables.money import balances
from pixelmill.db.tables.workflows import workflow_versions, workflows

LOCK_WORKSPACES = Statement(
    select(workspaces.c.id, workspaces.c.vtime, workspaces.c.weight)
    .where(any_of(workspaces.c.id, "ids"))
    .order_by(workspaces.c.id)
    .with_for_update()
)
FIND_KEYS = Statement(select(idempotency_keys).where(any_of(idempotency_keys.c.key, "keys")))
STAMPS = Statement(
    select(accepted_calls.c.workspace_id, accepted_calls.c.accepted_at)
    .where(
        any_of(accepted_calls.c.workspace_id, "ids"),
        accepted_calls.c.accepted_at > bindparam("since"),
    )
    .order_by(accepted_calls.c.accepted_at)
)
TODAY = Statement(
    select(accepted_calls.c.workspace_id, func.count().label("calls"))
    .where(
        any_of(accepted_calls.c.workspace_id, "ids"),
        accepted_calls.c.accepted_at >= bindparam("since"),
    )
    .group_by(accepted_calls.c.workspace_id)
)
BALANCES = Statement(select(balances).where(any_of(balances.c.workspace_id, "ids")))
ACTIVE_VTIME = Statement(
    select(func.min(items.c.vtime).label("vtime")).where(items.c.due_at.is_not(None))
)
DROP_KEYS = Statement(
    delete(idempotency_keys).where(
        idempotency_keys.c.key == bindparam("b_key"),
        idempotency_keys.c.workspace_id == bindparam("b_workspace_id"),
    )
)
KEEP_KEY = insert_into(idempotency_keys, *(c.name for c in idempotency_keys.columns))
KEEP_CALL = insert_into(accepted_calls, *(c.name for c in accepted_calls.columns))
KEEP_VERSION = upsert_into(
    workflow_versions,
    tuple(column.name for column in workflow_versions.columns),
    ("id",),
)
EXECUTION_COLUMNS = (
    *("id", "workspace_id", "workflow_id", "version_id", "key_id", "request_id", "source"),
    *("state", "base_seed", "rerun_of", "quote_id", "target_node_id", "cache_mode", "force"),
    *("simulate", "charge", "node_overrides", "trigger_data", "metadata", "tags", "iterators"),
    *("callback_url", "callback_events", "priority", "max_cost", "total", "pending"),
    *("credits_quoted", "credits_held", "event_seq", "deadline_at", "created_at"),
)
KEEP_EXECUTION = insert_into(executions, *EXECUTION_COLUMNS)
ITEM_COLUMNS = (
    *("id", "workspace_id", "execution_id", "position", "key", "inputs", "overrides"),
    *("input_hash", "seed", "state", "fence", "lane", "priority", "vtime", "credits_held"),
    *("due_at", "created_at"),
)
KEEP_ITEM = insert_into(items, *ITEM_COLUMNS)
FIRST_EVENT = insert_into(
    events, "execution_id", "seq", "workspace_id", "type", "data", "created_at"
)
MOVE_VTIME = Statement(
    update(workspaces).where(workspaces.c.id == bindparam("b_id")).values(vtime=bindparam("vtime"))
)
COUNT_USE = Statement(
    update(workflows)
    .where(workflows.c.id == bindparam("b_id"))
    .values(
        execution_count=workflows.c.execution_count + bindparam("uses"),
        last_executed_at=bindparam("last_executed_at"),
    )
)
