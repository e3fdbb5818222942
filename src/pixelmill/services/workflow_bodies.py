"""Workflows as callers read them."""

from pixelmill.db.statements import Row
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.house import House


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
        "visibility": row["visibility"],
        "mediaId": row["media_id"],
        "teamId": row["team_id"],
        "version": row["version_number"],
        "versionId": row["version_id"],
        "createdAt": rfc3339(row["created_at"]),
        "updatedAt": rfc3339(row["updated_at"]),
    }


def workflow_body(row: Row) -> dict[str, JsonValue]:
    """A workflow with its nodes and edges at the top."""
    canvas = row["canvas"]
    return {**workflow_summary(row), "nodes": canvas["nodes"], "edges": canvas["edges"]}


def link_permission(row: Row) -> str:
    """Who may look, in the word of the share dialog."""
    return row["visibility"].upper()


def workflow_url(house: House, workflow_id: str) -> str:
    """Where people open a workflow."""
    return f"{house.public_url}/workflows/{workflow_id}"
