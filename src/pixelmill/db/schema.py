"""Brings a database to the schema of this release; Alembic is imported only when it differs."""

import sqlite3
from pathlib import Path

from pixelmill.db.database import DatabaseUnavailable

REVISION = "2026_11_22_iterators"
MIGRATIONS = Path(__file__).parent / "migrations"


def sqlite_is_current(path: Path) -> bool:
    """Whether a database file already has this release's schema."""
    if not path.exists():
        return False
    try:
        with sqlite3.connect(path) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error:
        return False
    return found == (REVISION,)


async def postgres_is_current(dsn: str) -> bool:
    """Whether a PostgreSQL database has this release's schema. Raises DatabaseUnavailable."""
    import asyncpg  # noqa: PLC0415 - not needed by the embedded default

    try:
        connection = await asyncpg.connect(dsn.replace("postgresql+asyncpg://", "postgresql://"))
    except (OSError, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(str(error)) from error
    try:
        found = await connection.fetchval("SELECT version_num FROM alembic_version")
    except asyncpg.UndefinedTableError:
        return False
    finally:
        await connection.close()
    return found == REVISION


def upgrade(url: str) -> None:
    """Run the migrations that are missing. ``url`` names an async driver, as SQLAlchemy does."""
    from alembic import command  # noqa: PLC0415 - 0.4 s that a current schema need not pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    command.upgrade(config, "head")
