"""What many ask for in the same moment is read once: statuses and keys, for a blink of an eye."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from pixelmill.engine.hub import Hub, Watch
from pixelmill.kit.clock import Clock
from pixelmill.services.house import Principal

STATUS_S: Final = 0.1
KEY_S: Final = 0.05
MOST: Final = 512


@dataclass(frozen=True, slots=True)
class _Reading:
    """A read that is under way or was just done; a commit to its execution ends its use."""

    begun: float
    task: asyncio.Task[bytes]
    watch: Watch
    leaving: ExitStack


class Recent:
    """Readings of this process. What it wrote itself is never hidden: ``forget`` comes first.

    What another process wrote may stay unseen for ``STATUS_S``, and a key it revoked may work for
    ``KEY_S`` longer.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._readings: dict[Hashable, _Reading] = {}
        self._callers: dict[str, tuple[float, Principal]] = {}

    async def status(
        self, hub: Hub, execution_id: str, key: Hashable, read: Callable[[], Awaitable[bytes]]
    ) -> bytes:
        """The body under ``key``, read now unless nothing happened since it was."""
        now = self._clock.monotonic()
        known = self._readings.get(key)
        if known is None or known.watch.woken.is_set() or now - known.begun >= STATUS_S:
            self._drop(key)
            if len(self._readings) >= MOST:
                self.forget()
            leaving = ExitStack()
            watch = leaving.enter_context(hub.watching(execution_id))
            task = asyncio.ensure_future(_run(read))
            known = self._readings[key] = _Reading(now, task, watch, leaving)
        try:
            # Who hangs up does not take the answer from the others.
            return await asyncio.shield(known.task)
        except BaseException:
            if self._readings.get(key) is known:
                self._drop(key)
            raise

    def caller(self, header: str) -> Principal | None:
        """Who was recognised by this header a moment ago."""
        seen = self._callers.get(header)
        if seen is None or self._clock.monotonic() - seen[0] >= KEY_S:
            return None
        return seen[1]

    def keep_caller(self, header: str, principal: Principal) -> None:
        """Remember who was recognised now."""
        if len(self._callers) >= MOST:
            self._callers.clear()
        self._callers[header] = (self._clock.monotonic(), principal)

    def forget(self) -> None:
        """Something was written: read everything anew."""
        self._callers.clear()
        for key in tuple(self._readings):
            self._drop(key)

    def _drop(self, key: Hashable) -> None:
        dropped = self._readings.pop(key, None)
        if dropped is not None:
            dropped.leaving.close()


def recent_of(request: Request) -> Recent:
    """The readings of this process, as the frame around the request keeps them."""
    return request.scope["recent"]


async def _run(read: Callable[[], Awaitable[bytes]]) -> bytes:
    return await read()
