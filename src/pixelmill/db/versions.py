"""Workflow versions and the unchanging facts of an execution, as the engine needs them."""

from sqlalchemy import bindparam, select

from pixelmill.db.statements import Statement
from pixelmill.db.tables.executions import executions
from pixelmill.db.tables.workflows import workflow_versions

FIND_VERSION = Statement(
    select(workflow_versions.c.id, workflow_versions.c.graph, workflow_versions.c.number).where(
        workflow_versions.c.id == bindparam("id")
    )
)
FIND_ORDER = Statement(
    select(
        *(
            executions.c[name]
            for name in (
                *("id", "workspace_id", "version_id", "base_seed", "target_node_id"),
                *("cache_mode", "force", "simulate", "charge", "node_overrides"),
                *("trigger_data", "created_at"),
            )
        )
    ).where(executions.c.id == bindparam("id"))
)
