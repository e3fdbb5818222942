"""Workflows and their immutable versions."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from pixelmill.db.tables.base import count, document, flag, ident, metadata, moment

workflows = Table(
    "workflows",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("name"),
    ident("description"),
    document("tags"),
    flag("is_active", default=True),
    flag("is_published"),
    ident("visibility"),
    ident("media_id", null=True),
    ident("team_id", null=True),
    ident("version_id"),
    count("version_number", 1),
    document("canvas", null=False),
    document("exposed_inputs"),
    document("settings"),
    count("execution_count"),
    moment("last_executed_at"),
    moment("created_at", null=False),
    moment("updated_at", null=False),
    moment("deleted_at"),
    Index(None, "workspace_id", "updated_at"),
)
"""``canvas`` keeps the nodes and edges as they were drawn; versions keep what they mean."""

workflow_versions = Table(
    "workflow_versions",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("workflow_id", null=True),
    Column("number", BigInteger, nullable=True),
    ident("hash"),
    document("graph", null=False),
    moment("created_at", null=False),
    UniqueConstraint("hash", "workspace_id", "workflow_id"),
    Index(None, "workflow_id", "number"),
)
"""A version without ``workflow_id`` came as an inline graph."""

triggers = Table(
    "triggers",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("workflow_id"),
    ident("secret_hash"),
    ident("hmac_ciphertext", null=True),
    document("settings"),
    flag("enabled"),
    count("spent_millicredits"),
    ident("spent_day", null=True),
    moment("created_at", null=False),
    moment("rotated_at"),
    moment("last_used_at"),
    UniqueConstraint("secret_hash"),
    Index(None, "workflow_id"),
)
