"""The append-only ledger and the balance that it sums to."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint

from pixelmill.db.tables.base import count, document, ident, metadata, moment

ledger = Table(
    "ledger",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("execution_id"),
    ident("node_run_id"),
    ident("kind"),
    Column("amount", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    ident("note", null=True),
    moment("created_at", null=False),
    UniqueConstraint("node_run_id", "execution_id", "kind"),
    Index(None, "workspace_id", "created_at"),
)
"""``amount`` and ``held`` are the signed effects on what is available and what is held."""

balances = Table(
    "balances",
    metadata,
    Column("workspace_id", Text, primary_key=True),
    count("available"),
    count("held"),
)

budgets = Table(
    "budgets",
    metadata,
    Column("id", Text, primary_key=True),
    ident("workspace_id"),
    ident("scope"),
    ident("value"),
    ident("period"),
    count("limit_millicredits"),
    document("settings"),
    moment("created_at", null=False),
    Index(None, "workspace_id"),
)
