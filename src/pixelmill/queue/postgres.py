"""PgQueuer on PostgreSQL: its own connection, its tables installed when they are missing."""

import asyncpg
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.queries import Queries

INSTALL_LOCK = 7_640_022


class PostgresQueues:
    """One connection per PgQueuer, opened anew whenever the last one was lost."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None

    async def open(self) -> PgQueuer:
        """A queue on a fresh connection."""
        await self.close()
        connection = await asyncpg.connect(self._dsn)
        self._connection = connection
        await self._install(connection)
        return PgQueuer.from_asyncpg_connection(connection)

    async def close(self) -> None:
        """Close the connection, if it still stands."""
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=5)
        self._connection = None

    async def _install(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Several processes may start at once: one installs, the others find it done."""
        await connection.execute("SELECT pg_advisory_lock($1)", INSTALL_LOCK)
        try:
            queries = Queries(AsyncpgDriver(connection))
            if not await queries.has_table(queries.qbe.settings.queue_table):
                await queries.install()
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", INSTALL_LOCK)
