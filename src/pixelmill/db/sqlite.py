"""SQLite by the standard driver: one writer thread, one reader thread, WAL, fsync on commit."""

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from pixelmill.db.database import DatabaseUnavailable
from pixelmill.db.scripts import Read, Script, Step, Write
from pixelmill.db.statements import Dialect, Row, Statement
from pixelmill.kit.clock import Clock

R = TypeVar("R")

BUSY_MS = 10_000
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA cache_size=-32000",
)


class SqliteDatabase:
    """A database file. Commands of other processes may write at any time (busy_timeout)."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._read_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-reader")
        self._writer: sqlite3.Connection | None = None
        self._reader: sqlite3.Connection | None = None
        self._last_ms = 0

    async def start(self) -> None:
        """Open both connections. Raises DatabaseUnavailable when the file cannot be opened."""
        loop = asyncio.get_running_loop()
        try:
            self._writer = await loop.run_in_executor(self._write_thread, self._connect)
            self._reader = await loop.run_in_executor(self._read_thread, self._connect)
        except sqlite3.Error as error:
            raise DatabaseUnavailable(str(error)) from error

    async def fetch(self, statement: Statement, **values: Any) -> list[Row]:
        """Rows of one query, from the reader thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._read_thread, self._read, statement, values)

    async def transact(self, script: Script[R]) -> R:
        """Run a script under BEGIN IMMEDIATE in the writer thread."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._write_thread, self._run, script)

    async def close(self) -> None:
        """Close both connections after the work they have."""
        loop = asyncio.get_running_loop()
        if self._writer is not None:
            await loop.run_in_executor(self._write_thread, self._writer.close)
        if self._reader is not None:
            await loop.run_in_executor(self._read_thread, self._reader.close)
        self._write_thread.shutdown()
        self._read_thread.shutdown()

    def _connect(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, isolation_level=None, cached_statements=512, timeout=BUSY_MS / 1000
        )
        for pragma in PRAGMAS:
            connection.execute(pragma).close()
        return connection

    def _read(self, statement: Statement, values: dict[str, Any]) -> list[Row]:
        assert self._reader is not None, "start() comes first"
        compiled = statement.compiled("sqlite")
        cursor = self._reader.execute(compiled.text, compiled.arguments(values))
        return compiled.rows(cursor.fetchall())

    def _run(self, script: Script[R]) -> R:
        connection = self._writer
        assert connection is not None, "start() comes first"
        connection.execute("BEGIN IMMEDIATE")
        answer: Any = None
        try:
            while True:
                step = script.send(answer)
                answer = self._step(connection, step)
        except StopIteration as stop:
            connection.execute("COMMIT")
            return stop.value
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    def _step(self, connection: sqlite3.Connection, step: Step) -> Any:
        if isinstance(step, Write):
            compiled = step.statement.compiled("sqlite")
            arguments = compiled.arguments
            if len(step.rows) == 1:
                connection.execute(compiled.text, arguments(step.rows[0]))
            else:
                connection.executemany(compiled.text, [arguments(row) for row in step.rows])
            return None
        if isinstance(step, Read):
            compiled = step.statement.compiled("sqlite")
            cursor = connection.execute(compiled.text, compiled.arguments(step.values))
            return compiled.rows(cursor.fetchall())
        # SQLite has no clock of its own worth the name: time never runs back in this writer.
        self._last_ms = max(self._last_ms, self._clock.now_ms())
        return self._last_ms
