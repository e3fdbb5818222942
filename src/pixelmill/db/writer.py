"""The one writer of a process: hot writes are values, decided together and committed once.

Every linger or GROUP_LIMIT values it opens one transaction, hands the values of each kind to that
kind's rule in arrival order, commits, then resolves the futures. One fsync serves them all.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.scripts import Script

Rule: TypeAlias = Callable[[Sequence[Any]], Script[Sequence[Any]]]
"""Decides values of one kind; answers one result (or exception) per value, in order."""

GROUP_LIMIT = 256
LINGER_S = 0.002


class WriterClosed(Exception):
    """The writer was closed before this value was written."""


class GroupWriter:
    """Groups values into transactions. ``rules`` are tried in their order within a group."""

    def __init__(
        self, database: Database, rules: dict[type, Rule], *, linger_s: float = LINGER_S
    ) -> None:
        self._database = database
        self._rules = rules
        self._linger_s = linger_s
        self._waiting: list[tuple[Any, asyncio.Future[Any]]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._after: list[Callable[[Sequence[Any], Sequence[Any]], None]] = []
        self._closing = False

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="group-writer")

    def after_commit(self, listener: Callable[[Sequence[Any], Sequence[Any]], None]) -> None:
        """Call ``listener(values, results)`` after each group that was committed."""
        self._after.append(listener)

    async def submit(self, value: Any) -> Any:
        """Write ``value`` with the next group; its rule's result, or the exception it decided."""
        if self._closing:
            raise WriterClosed
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting.append((value, future))
        self._wake.set()
        return await future

    async def close(self) -> None:
        """Write what waits, then stop."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._waiting and len(self._waiting) < GROUP_LIMIT and not self._closing:
                await asyncio.sleep(self._linger_s)
            while self._waiting:
                group = self._waiting[:GROUP_LIMIT]
                del self._waiting[:GROUP_LIMIT]
                await self._write(group)
            if self._closing:
                return

    async def _write(self, group: list[tuple[Any, asyncio.Future[Any]]]) -> None:
        values = [value for value, _ in group]
        try:
            results = await self._database.transact(self._script(values))
        except Exception as error:  # noqa: BLE001 - whatever it is, its callers get it
            if len(group) == 1 or isinstance(error, DatabaseUnavailable):
                _resolve(group, [error] * len(group))
                return
            # One value must not spoil the others: each gets a transaction of its own.
            for single in group:
                await self._write([single])
            return
        for listener in self._after:
            listener(values, results)
        _resolve(group, results)

    def _script(self, values: list[Any]) -> Script[list[Any]]:
        results: list[Any] = [None] * len(values)
        for kind, rule in self._rules.items():
            at = [index for index, value in enumerate(values) if type(value) is kind]
            if at:
                decided = yield from rule([values[index] for index in at])
                for index, result in zip(at, decided, strict=True):
                    results[index] = result
        return results


def _resolve(group: list[tuple[Any, asyncio.Future[Any]]], results: Sequence[Any]) -> None:
    for (_, future), result in zip(group, results, strict=True):
        if future.done():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
