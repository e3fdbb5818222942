"""The statements of usage: what a workspace ran between two moments, summed by one thing each."""

from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, bindparam, case, cast, func, select, true

from pixelmill.db.statements import Dialect, Statement
from pixelmill.db.tables.access import accepted_calls, api_keys
from pixelmill.db.tables.executions import executions, node_runs
from pixelmill.db.tables.workflows import workflows
from pixelmill.domain.limits import DAY_MS

MOST_ROWS: Final = 100
MOST_DAYS: Final = 400


def _sum(column: ColumnElement[Any]) -> ColumnElement[int]:
    # PostgreSQL sums bigint to numeric, which would arrive as a Decimal.
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


_WINDOW: Final = (
    executions.c.workspace_id == bindparam("workspace_id"),
    executions.c.created_at >= bindparam("since"),
    executions.c.created_at < bindparam("until"),
)
_CREDITS: Final = _sum(executions.c.credits_captured).label("credits")
_MEASURES: Final = (
    cast(func.count(), BigInteger).label("executions"),
    _sum(executions.c.total).label("items"),
    _CREDITS,
    _sum(executions.c.credits_saved).label("saved"),
)
_MOST_FIRST: Final = _CREDITS.desc()

TOTAL = Statement(select(*_MEASURES).where(*_WINDOW))
BY_WORKFLOW = Statement(
    select(executions.c.workflow_id, func.max(workflows.c.name).label("name"), *_MEASURES)
    .join(workflows, workflows.c.id == executions.c.workflow_id, isouter=True)
    .where(*_WINDOW)
    .group_by(executions.c.workflow_id)
    .order_by(_MOST_FIRST, executions.c.workflow_id)
    .limit(MOST_ROWS)
)
BY_KEY = Statement(
    select(
        executions.c.key_id,
        func.max(api_keys.c.name).label("name"),
        func.max(api_keys.c.last4).label("last4"),
        *_MEASURES,
    )
    .join(api_keys, api_keys.c.id == executions.c.key_id, isouter=True)
    .where(*_WINDOW)
    .group_by(executions.c.key_id)
    .order_by(_MOST_FIRST, executions.c.key_id)
    .limit(MOST_ROWS)
)
_DAY: Final = (executions.c.created_at // DAY_MS).label("day")
BY_DAY = Statement(
    select(_DAY, *_MEASURES).where(*_WINDOW).group_by(_DAY).order_by(_DAY).limit(MOST_DAYS)
)


def _by_tag(dialect: Dialect) -> Any:
    if dialect == "postgresql":
        each = func.jsonb_array_elements_text(executions.c.tags).table_valued("value")
        each = each.render_derived()
    else:
        each = func.json_each(executions.c.tags).table_valued("value")
    return (
        select(each.c.value.label("tag"), *_MEASURES)
        .select_from(executions.join(each, true()))
        .where(*_WINDOW, executions.c.tags.is_not(None))
        .group_by(each.c.value)
        .order_by(_MOST_FIRST, each.c.value)
        .limit(MOST_ROWS)
    )


BY_TAG = Statement(_by_tag)
_MODEL_CREDITS: Final = _sum(node_runs.c.credits).label("credits")
BY_MODEL = Statement(
    select(
        node_runs.c.model,
        node_runs.c.provider,
        cast(func.count(), BigInteger).label("node_runs"),
        _MODEL_CREDITS,
        _sum(node_runs.c.credits_saved).label("saved"),
        func.coalesce(
            func.sum(
                case((node_runs.c.provider_currency == "USD", node_runs.c.provider_cost), else_=0.0)
            ),
            0.0,
        ).label("usd"),
    )
    .join(executions, executions.c.id == node_runs.c.execution_id)
    .where(*_WINDOW, node_runs.c.model.is_not(None), node_runs.c.state == "COMPLETED")
    .group_by(node_runs.c.model, node_runs.c.provider)
    .order_by(_MODEL_CREDITS.desc(), node_runs.c.model, node_runs.c.provider)
    .limit(MOST_ROWS)
)
ACCEPTED_SINCE = Statement(
    select(cast(func.count(), BigInteger).label("calls")).where(
        accepted_calls.c.workspace_id == bindparam("workspace_id"),
        accepted_calls.c.accepted_at >= bindparam("since"),
    )
)
