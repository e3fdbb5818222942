"""A loop that does one round after another: soon while there is work, later while there is none."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

log = structlog.get_logger()


class Pulse:
    """Calls ``round_`` until it is stopped; a round answers whether more work is waiting.

    ``soon_s`` passes between rounds with work, ``later_s`` at most after one without; ``wake``
    begins the next round at once. A round that fails is logged and tried again; failures of the
    kinds in ``expected`` pass by themselves and need no traceback.
    """

    def __init__(
        self,
        name: str,
        round_: Callable[[], Awaitable[bool]],
        *,
        soon_s: float,
        later_s: float,
        expected: tuple[type[Exception], ...] = (),
    ) -> None:
        self._name = name
        self._round = round_
        self._soon_s = soon_s
        self._later_s = later_s
        self._expected = expected
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run(), name=self._name)

    def wake(self) -> None:
        """There may be work now."""
        self._woken.set()

    async def stop(self) -> None:
        """End, in the middle of a round if need be: a round is one transaction or nothing."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            more = False
            try:
                more = await self._round()
            except self._expected as error:
                log.warning("pulse.waits", loop=self._name, error=str(error))
            except Exception:
                log.exception("pulse.stumbled", loop=self._name)
            if more:
                await asyncio.sleep(self._soon_s)
                continue
            with suppress(TimeoutError):
                async with asyncio.timeout(self._later_s):
                    await self._woken.wait()
            self._woken.clear()
            # What woke us rarely comes alone: a moment later more of it fits into one round.
            await asyncio.sleep(self._soon_s)
