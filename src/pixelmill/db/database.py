"""One face for both stores: reads, transactions and the writer that groups them."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from pixelmill.db.scripts import Script
from pixelmill.db.statements import Dialect, Row, Statement

R = TypeVar("R")


class DatabaseUnavailable(Exception):
    """The database does not answer. Work goes on by itself when it does again."""


class Database(Protocol):
    """A store opened for this process. All methods are safe to call from many tasks."""

    dialect: Dialect

    async def start(self) -> None:
        """Open connections. Raises DatabaseUnavailable."""
        ...

    async def fetch(self, statement: Statement, **values: Any) -> list[Row]:
        """Rows of one query, outside any transaction."""
        ...

    async def transact(self, script: Script[R]) -> R:
        """Run a script in one durable transaction; it is rolled back when the script raises."""
        ...

    async def close(self) -> None:
        """Finish what is under way and let go of the store."""
        ...


async def fetch_one(database: Database, statement: Statement, **values: Any) -> Row | None:
    """The first row of a query, or None."""
    rows: Sequence[Row] = await database.fetch(statement, **values)
    return rows[0] if rows else None
