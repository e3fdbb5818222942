"""Stored pictures, what they were made of, and results that may be reused."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from pixelmill.db.tables.base import count, document, flag, ident, metadata, moment

assets = Table(
    "assets",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("sha256"),
    ident("media_type"),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    count("size_bytes"),
    ident("kind"),
    ident("name", null=True),
    ident("execution_id", null=True),
    ident("item_id", null=True),
    ident("node_id", null=True),
    flag("simulated"),
    ident("thumbhash", null=True),
    moment("created_at", null=False),
    moment("deleted_at"),
    Index(None, "workspace_id", "created_at"),
    Index(None, "sha256", "workspace_id"),
    Index(None, "execution_id"),
)
"""Bytes lie in storage under workspace and SHA-256, so equal pictures are kept once."""

asset_sources = Table(
    "asset_sources",
    metadata,
    ident("asset_id"),
    ident("source_id"),
    PrimaryKeyConstraint("asset_id", "source_id"),
    Index(None, "source_id"),
)

cache = Table(
    "cache",
    metadata,
    ident("key"),
    ident("workspace_id"),
    ident("node_type"),
    document("output", null=False),
    count("credits"),
    moment("created_at", null=False),
    PrimaryKeyConstraint("key", "workspace_id"),
    Index(None, "created_at"),
)
