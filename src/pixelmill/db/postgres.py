"""PostgreSQL by asyncpg: a small pool, scripts as transactions, retried when they collide."""

import asyncio
from typing import Any, TypeVar

import asyncpg

from pixelmill.db.database import DatabaseUnavailable
from pixelmill.db.scripts import Read, Script, Step, Write
from pixelmill.db.statements import Dialect, Row, Statement
from pixelmill.kit.clock import Clock, SystemClock

R = TypeVar("R")

UNAVAILABLE = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.InterfaceError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
CLOCK = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"


class PostgresDatabase:
    """A PostgreSQL database. Its clock is the truth, so machines need not agree on the time."""

    dialect: Dialect = "postgresql"

    def __init__(self, dsn: str, clock: Clock, *, pool_size: int = 8) -> None:
        self._dsn = dsn.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._clock = clock
        self._machine = SystemClock()
        self._pool_size = pool_size
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None

    async def start(self) -> None:
        """Open the pool. Raises DatabaseUnavailable."""
        try:
            self._pool = await asyncpg.create_pool(
                self._dsn, min_size=1, max_size=self._pool_size, command_timeout=60
            )
        except UNAVAILABLE as error:
            raise DatabaseUnavailable(str(error)) from error

    async def fetch(self, statement: Statement, **values: Any) -> list[Row]:
        """Rows of one query."""
        compiled = statement.compiled("postgresql")
        try:
            async with self._open_pool().acquire() as connection:
                raw = await connection.fetch(compiled.text, *compiled.arguments(values))
        except UNAVAILABLE as error:
            raise DatabaseUnavailable(str(error)) from error
        return compiled.rows([tuple(record) for record in raw])

    async def transact(self, script: Script[R]) -> R:
        """Run a script in one transaction."""
        try:
            async with self._open_pool().acquire() as connection, connection.transaction():
                return await self._run(connection, script)
        except UNAVAILABLE as error:
            raise DatabaseUnavailable(str(error)) from error

    async def close(self) -> None:
        """Close the pool, giving statements under way five seconds."""
        if self._pool is not None:
            try:
                await asyncio.wait_for(self._pool.close(), 5)
            except TimeoutError:
                self._pool.terminate()

    def _open_pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        assert self._pool is not None, "start() comes first"
        return self._pool

    async def _run(self, connection: Any, script: Script[R]) -> R:
        answer: Any = None
        try:
            while True:
                step = script.send(answer)
                answer = await self._step(connection, step)
        except StopIteration as stop:
            return stop.value

    async def _step(self, connection: Any, step: Step) -> Any:
        if isinstance(step, Write):
            compiled = step.statement.compiled("postgresql")
            arguments = compiled.arguments
            if len(step.rows) == 1:
                await connection.execute(compiled.text, *arguments(step.rows[0]))
            else:
                await connection.executemany(compiled.text, [arguments(row) for row in step.rows])
            return None
        if isinstance(step, Read):
            compiled = step.statement.compiled("postgresql")
            raw = await connection.fetch(compiled.text, *compiled.arguments(step.values))
            return compiled.rows([tuple(record) for record in raw])
        # A shifted clock (tests) shifts the database's time too, else it would govern one store.
        shift = self._clock.now_ms() - self._machine.now_ms()
        return await connection.fetchval(CLOCK) + shift
