"""Workspaces, keys, limits and the requests that were accepted."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, Text, UniqueConstraint, text

from pixelmill.db.tables.base import count, document, flag, ident, metadata, moment

workspaces = Table(
    "workspaces",
    metadata,
    Column("id", Text, primary_key=True),
    ident("name"),
    ident("plan"),
    count("weight", 1),
    count("vtime"),
    document("settings"),
    moment("created_at", null=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("name"),
    ident("hash"),
    ident("prefix"),
    ident("last4"),
    document("scopes", null=False),
    document("tags"),
    ident("rolled_from", null=True),
    moment("created_at", null=False),
    moment("expires_at"),
    moment("revoked_at"),
    moment("last_used_at"),
    UniqueConstraint("hash"),
    Index(None, "workspace_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    ident("key"),
    ident("workspace_id"),
    ident("fingerprint"),
    count("status"),
    document("headers"),
    ident("body"),
    ident("execution_id", null=True),
    moment("created_at", null=False),
    moment("expires_at", null=False),
    # The selective column stands first: (workspace, key) degrades under a cached plan.
    PrimaryKeyConstraint("key", "workspace_id"),
    Index(None, "expires_at"),
)

accepted_calls = Table(
    "accepted_calls",
    metadata,
    ident("id"),
    ident("workspace_id"),
    ident("execution_id"),
    moment("accepted_at", null=False),
    PrimaryKeyConstraint("id"),
    Index(None, "workspace_id", "accepted_at"),
)

provider_keys = Table(
    "provider_keys",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("provider"),
    ident("ciphertext"),
    ident("hint"),
    moment("created_at", null=False),
    moment("checked_at"),
    UniqueConstraint("workspace_id", "provider"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("actor"),
    ident("action"),
    ident("target"),
    ident("request_id", null=True),
    document("details"),
    moment("created_at", null=False),
    Index(None, "workspace_id", "created_at"),
)

facts = Table(
    "facts",
    metadata,
    Column("name", Text, primary_key=True),
    ident("value"),
)
"""Facts of this installation, such as the fingerprint of its secret key."""

prompt_sets = Table(
    "prompt_sets",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("name"),
    document("columns", null=False),
    count("row_count"),
    ident("storage_key"),
    flag("deleted"),
    moment("created_at", null=False),
    Index(None, "workspace_id", "created_at", postgresql_where=text("deleted = 0")),
)
