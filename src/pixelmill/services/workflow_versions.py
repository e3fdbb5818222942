"""The versions of a workflow: each drawing that was ever saved, by number."""

from dataclasses import replace
from typing import Final

from pixelmill.db import workflows as sql
from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import BadCursor
from pixelmill.services.workflow_changes import change_workflow
from pixelmill.services.workflows import Drawing, Saved, WorkflowDraft, find_workflow

_LAST: Final = 2**53


class VersionUnknown(Problem):
    """The workflow has no version of this number."""

    code = "version_not_found"
    status = 404
    title = "Version not found"


async def list_versions(
    house: House, principal: Principal, workflow_id: str, limit: int, cursor: str | None
) -> tuple[list[JsonValue], str | None]:
    """Versions without their drawings, the newest first, and the next cursor.

    Raises WorkflowUnknown, BadCursor.
    """
    workflow = await find_workflow(house.parts.database, principal, workflow_id)
    rows = await house.parts.database.fetch(
        sql.LIST_VERSIONS,
        workflow_id=workflow_id,
        workspace_id=principal.workspace_id,
        before=_LAST if cursor is None else _read_cursor(cursor),
        limit=limit + 1,
    )
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["number"])
    return [_summary(row, workflow) for row in rows], following


async def read_version(
    house: House, principal: Principal, workflow_id: str, number: str
) -> dict[str, JsonValue]:
    """One version with its nodes and edges. Raises WorkflowUnknown, VersionUnknown."""
    workflow = await find_workflow(house.parts.database, principal, workflow_id)
    row = await _find(house, principal, workflow_id, number)
    return {**_summary(row, workflow), **row["graph"]}


async def restore_version(
    house: House, principal: Principal, workflow_id: str, number: str
) -> Saved:
    """Draw the workflow as it was in this version; name, tags and the rest stay as they are.

    Raises WorkflowUnknown, VersionUnknown.
    """
    await find_workflow(house.parts.database, principal, workflow_id)
    graph = (await _find(house, principal, workflow_id, number))["graph"]

    def edit(draft: WorkflowDraft) -> WorkflowDraft:
        return replace(draft, drawing=Drawing(graph["nodes"], graph["edges"]))

    return await change_workflow(house, principal, workflow_id, edit)


async def _find(house: House, principal: Principal, workflow_id: str, number: str) -> Row:
    row = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        row = await fetch_one(
            house.parts.database,
            sql.FIND_NUMBERED,
            workflow_id=workflow_id,
            workspace_id=principal.workspace_id,
            number=int(number),
        )
    if row is None:
        raise VersionUnknown(f"The workflow has no version {number[:20]}.")
    return row


def _summary(row: Row, workflow: Row) -> dict[str, JsonValue]:
    return {
        "version": row["number"],
        "versionId": row["id"],
        "isCurrent": row["id"] == workflow["version_id"],
        "createdAt": rfc3339(row["created_at"]),
    }


def _read_cursor(cursor: str) -> int:
    try:
        (number,) = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(number, int) or isinstance(number, bool) or abs(number) > _LAST:
        raise BadCursor
    return number
