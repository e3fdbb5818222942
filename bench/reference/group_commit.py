"""The least durable writer: SQLite in one thread, one fsync for all who wait."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

LINGER_S = 0.001


class GroupCommit:
    """Runs one statement over all rows that wait, then answers them."""

    def __init__(self, path: Path, statement: str) -> None:
        self._statement = statement
        self._thread = ThreadPoolExecutor(1)
        self._connection = self._thread.submit(self._connect, path).result()
        self._waiting: list[tuple[Sequence[Any], asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def script(self, text: str) -> None:
        """Run some statements before it begins."""
        self._thread.submit(lambda: self._connection.executescript(text)).result()

    async def write(self, row: Sequence[Any]) -> None:
        """Return when the row is on the disk."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((row, future))
        self._wake.set()
        await future

    async def close(self) -> None:
        """Stop."""
        self._task.cancel()
        self._thread.submit(self._connection.close).result()
        self._thread.shutdown()

    def _connect(self, path: Path) -> sqlite3.Connection:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            await asyncio.sleep(LINGER_S)
            group, self._waiting = self._waiting, []
            self._wake.clear()
            await loop.run_in_executor(self._thread, self._commit, [row for row, _ in group])
            for _, future in group:
                future.set_result(None)

    def _commit(self, rows: list[Sequence[Any]]) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.executemany(self._statement, rows)
        self._connection.execute("COMMIT")
