"""The statements of workflows and their versions."""

from typing import Final

from sqlalchemy import bindparam, func, select, update

from pixelmill.db.statements import Statement, insert_into, upsert_into
from pixelmill.db.tables.workflows import workflow_versions, workflows

_FOUND = select(workflows).where(
    workflows.c.id == bindparam("id"),
    workflows.c.workspace_id == bindparam("workspace_id"),
    workflows.c.deleted_at.is_(None),
)
FIND = Statement(_FOUND)
LOCK = Statement(_FOUND.with_for_update())
LIST = Statement(
    select(workflows)
    .where(workflows.c.workspace_id == bindparam("workspace_id"), workflows.c.deleted_at.is_(None))
    .order_by(workflows.c.updated_at.desc(), workflows.c.id.desc())
    .limit(bindparam("limit"))
)
FIND_VERSION_BY_HASH = Statement(
    select(workflow_versions.c.id, workflow_versions.c.number).where(
        workflow_versions.c.hash == bindparam("hash"),
        workflow_versions.c.workspace_id == bindparam("workspace_id"),
        workflow_versions.c.workflow_id == bindparam("workflow_id"),
    )
)
LAST_NUMBER = Statement(
    select(func.max(workflow_versions.c.number).label("number")).where(
        workflow_versions.c.workflow_id == bindparam("workflow_id")
    )
)
KEEP_VERSION = upsert_into(
    workflow_versions, tuple(column.name for column in workflow_versions.columns), ("id",)
)
_SAVED: Final = (
    *("name", "description", "tags", "is_active", "visibility", "media_id", "team_id"),
    *("version_id", "version_number", "canvas", "settings", "updated_at"),
)
KEEP = insert_into(workflows, "id", "workspace_id", "created_at", *_SAVED)
REPLACE = Statement(
    update(workflows)
    .where(workflows.c.id == bindparam("b_id"))
    .values({name: bindparam(name) for name in _SAVED})
)
REMOVE = Statement(
    update(workflows)
    .where(workflows.c.id == bindparam("b_id"), workflows.c.deleted_at.is_(None))
    .values(deleted_at=bindparam("deleted_at"))
)
LIST_VERSIONS = Statement(
    select(workflow_versions.c.id, workflow_versions.c.number, workflow_versions.c.created_at)
    .where(
        workflow_versions.c.workflow_id == bindparam("workflow_id"),
        workflow_versions.c.workspace_id == bindparam("workspace_id"),
        workflow_versions.c.number < bindparam("before"),
    )
    .order_by(workflow_versions.c.number.desc())
    .limit(bindparam("limit"))
)
FIND_NUMBERED = Statement(
    select(workflow_versions).where(
        workflow_versions.c.workflow_id == bindparam("workflow_id"),
        workflow_versions.c.workspace_id == bindparam("workspace_id"),
        workflow_versions.c.number == bindparam("number"),
    )
)
