"""Runs functions in child processes with a memory limit and a deadline each."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from pixelmill.pool.child import Outcome, Task
from pixelmill.pool.errors import ComputeKilled
from pixelmill.pool.frames import packed
from pixelmill.pool.process import Child

R = TypeVar("R")
_IMPORTS = ("numpy", "cv2", "pyvips", "PIL.Image")
_GIGABYTE = 1024**3


class ChildPool:
    """At most ``size`` children, started when first needed and kept warm.

    A task that exceeds ``memory_limit_bytes`` (address space; OpenCV alone needs 512 MB of it) or
    its deadline, or kills its process, fails alone: each child has its own socket, and another one
    takes its place. Children die with the parent, whatever killed it.
    """

    def __init__(
        self,
        size: int,
        memory_limit_bytes: int = 2 * _GIGABYTE,
        task_deadline_s: float = 60.0,
        imports: tuple[str, ...] = _IMPORTS,
    ) -> None:
        self.size = size
        self._memory_limit_bytes = memory_limit_bytes
        self._task_deadline_s = task_deadline_s
        self._imports = imports
        self._slots = asyncio.Semaphore(size)
        self._idle: list[Child] = []
        self._busy: set[Child] = set()
        self._closed = False

    async def warm(self) -> None:
        """Start every child that is not there yet; for calling after readiness."""
        wanted = self.size - len(self._idle) - len(self._busy)
        started = await asyncio.gather(*(self._start() for _ in range(wanted)))
        self._idle += started

    async def run(
        self,
        function: Callable[..., R],
        *args: object,
        deadline_s: float | None = None,
        **kwargs: object,
    ) -> R:
        """The result of a top-level function. What it raises arrives as itself when it can.

        Raises ComputeKilled for too much memory or time and for a child that died, ComputeFailed
        for an error that cannot travel. The deadline counts from the moment a child takes it.
        """
        frame = packed(Task(function, args, kwargs))
        async with self._slots:
            child = await self._take()
            try:
                outcome = await self._call(child, frame, deadline_s or self._task_deadline_s)
            except BaseException:
                self._busy.discard(child)
                await asyncio.shield(child.kill())
                raise
            self._busy.discard(child)
            await self._give_back(child, outcome)
        if outcome.error is not None:
            raise outcome.error
        return outcome.value

    async def close(self) -> None:
        """End all children; running tasks fail with ComputeKilled."""
        self._closed = True
        idle, self._idle = self._idle, []
        await asyncio.gather(
            *(child.leave() for child in idle), *(child.kill() for child in tuple(self._busy))
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def pids(self) -> tuple[int, ...]:
        """Process ids of the living children, for metrics."""
        return tuple(child.pid for child in (*self._idle, *self._busy))

    async def _call(self, child: Child, frame: bytes, deadline_s: float) -> Outcome:
        try:
            async with asyncio.timeout(deadline_s):
                return await child.call(frame)
        except TimeoutError as error:
            raise ComputeKilled(f"It takes longer than the {deadline_s:g} s it may.") from error
        except (EOFError, OSError) as error:
            raise ComputeKilled("Its process died, probably for want of memory.") from error

    async def _take(self) -> Child:
        while self._idle:
            child = self._idle.pop()
            if child.alive:
                break
            await child.kill()
        else:
            child = await self._start()
        self._busy.add(child)
        return child

    async def _give_back(self, child: Child, outcome: Outcome) -> None:
        """Keep a child for the next task, unless it has seen the end of its memory."""
        if self._closed or isinstance(outcome.error, ComputeKilled):
            await child.kill()
        else:
            self._idle.append(child)

    async def _start(self) -> Child:
        if self._closed:
            raise ComputeKilled("The pool is closed.")
        try:
            return await Child.start(self._memory_limit_bytes, self._imports)
        except (EOFError, OSError, TimeoutError) as error:
            raise ComputeKilled("No child process could be started.") from error
