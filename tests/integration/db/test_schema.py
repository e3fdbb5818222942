"""The schema: what the migrations make is what the tables say, on both stores."""

import asyncio

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from pixelmill.db import schema
from pixelmill.db.tables import metadata

DRIVERS = {"postgresql://": "postgresql+asyncpg://", "sqlite://": "sqlite+aiosqlite://"}
# PgQueuer installs its own tables beside ours.
FOREIGN = ("pgqueuer",)


def driven(url: str) -> str:
    """The URL with the async driver that migrations use."""
    for plain, driver in DRIVERS.items():
        url = url.replace(plain, driver, 1)
    return url


def differences(connection: Connection) -> list[object]:
    """What autogenerate would still change."""
    context = MigrationContext.configure(connection, opts={"compare_server_default": False})
    found = compare_metadata(context, metadata)
    return [one for one in found if not any(name in str(one) for name in FOREIGN)]


async def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    engine = create_async_engine(driven(database_url))
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
    await engine.dispose()


async def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    await asyncio.to_thread(schema.upgrade, driven(database_url))


def test_the_constant_names_the_newest_revision() -> None:
    directory = ScriptDirectory(str(schema.MIGRATIONS))
    assert directory.get_heads() == [schema.REVISION]


def test_every_table_but_the_installation_facts_belongs_to_a_workspace() -> None:
    without = {
        name
        for name, table in metadata.tables.items()
        if "workspace_id" not in table.columns and name != "workspaces"
    }
    assert without == {"facts", "asset_sources"}
