"""Outbound webhooks: endpoints, deliveries and their attempts."""

from sqlalchemy import Column, Index, Integer, Table, Text, UniqueConstraint, text

from pixelmill.db.tables.base import count, document, flag, ident, metadata, moment

endpoints = Table(
    "endpoints",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("url"),
    ident("description"),
    document("events"),
    document("secrets", null=False),
    flag("enabled", default=True),
    moment("failing_since_at"),
    moment("disabled_at"),
    moment("created_at", null=False),
    Index(None, "workspace_id"),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("endpoint_id"),
    ident("execution_id", null=True),
    ident("event_id"),
    ident("event_type"),
    ident("url"),
    ident("body"),
    ident("state"),
    count("attempts"),
    moment("due_at"),
    moment("created_at", null=False),
    moment("ended_at"),
    UniqueConstraint("endpoint_id", "event_id"),
    Index(None, "workspace_id", "created_at"),
    Index(
        "ix_deliveries_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

delivery_attempts = Table(
    "delivery_attempts",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("delivery_id"),
    Column("attempt", Integer, nullable=False),
    Column("status", Integer, nullable=True),
    ident("error", null=True),
    ident("reply", null=True),
    count("duration_ms"),
    moment("created_at", null=False),
    UniqueConstraint("delivery_id", "attempt"),
)
