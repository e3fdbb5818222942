"""Workflows as callers read them, and their list page by page."""

from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from pixelmill.db.database import Database
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.workflows import workflows
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.services.house import Principal
from pixelmill.services.watching import BadCursor


def workflow_summary(row: Row) -> dict[str, JsonValue]:
    """A workflow in a list, without its graph."""
    used = row["last_executed_at"]
    return {
        "id": row["id"],
        "name": row["name"],
        "description": row["description"],
        "webhookId": None,
        "webhookUrl": None,
        "isActive": bool(row["is_active"]),
        "isPublished": bool(row["is_published"]),
        "executionCount": row["execution_count"],
        "lastExecutedAt": None if used is None else rfc3339(used),
        "tags": row["tags"] or [],
        "version": row["version_number"],
        "versionId": row["version_id"],
        "createdAt": rfc3339(row["created_at"]),
        "updatedAt": rfc3339(row["updated_at"]),
    }


def workflow_body(row: Row) -> dict[str, JsonValue]:
    """A workflow with its nodes and edges at the top."""
    canvas = row["canvas"]
    return {**workflow_summary(row), "nodes": canvas["nodes"], "edges": canvas["edges"]}


async def list_page(
    database: Database,
    principal: Principal,
    limit: int,
    cursor: str | None,
    *,
    active: bool | None,
) -> tuple[list[Row], str | None]:
    """One page of workflows, the last changed first, and the next cursor. Raises BadCursor."""
    values: dict[str, Any] = {}
    if cursor is not None:
        values["before_at"], values["before"] = _read_cursor(cursor)
    if active is not None:
        values["active"] = int(active)
    rows = await database.fetch(
        _statement(behind=cursor is not None, by_active=active is not None),
        workspace_id=principal.workspace_id,
        limit=limit + 1,
        **values,
    )
    if len(rows) <= limit:
        return rows, None
    rows = rows[:limit]
    return rows, encode_cursor(rows[-1]["updated_at"], rows[-1]["id"])


@lru_cache(maxsize=4)
def _statement(*, behind: bool, by_active: bool) -> Statement:
    table = workflows.c
    statement = select(*(column for column in table if column.name != "canvas")).where(
        table.workspace_id == bindparam("workspace_id"), table.deleted_at.is_(None)
    )
    if by_active:
        statement = statement.where(table.is_active == bindparam("active"))
    if behind:
        earlier = table.updated_at < bindparam("before_at")
        same = and_(table.updated_at == bindparam("before_at"), table.id < bindparam("before"))
        statement = statement.where(or_(earlier, same))
    return Statement(
        statement.order_by(table.updated_at.desc(), table.id.desc()).limit(bindparam("limit"))
    )


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        updated_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(updated_at, int) or not isinstance(id_, str):
        raise BadCursor
    return updated_at, id_
