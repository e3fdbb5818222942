"""The engine as one thing to start and stop: queue, feeder and advancer of this process."""

import asyncio
from collections.abc import Sequence
from typing import Any

import structlog

from pixelmill.db.acceptance import Accept, Accepted
from pixelmill.db.claims import Claim
from pixelmill.db.closing import Close
from pixelmill.db.database import DatabaseUnavailable
from pixelmill.db.records import Record
from pixelmill.db.reopening import Reopen
from pixelmill.engine.advance import Advancer
from pixelmill.engine.deadlines import deadlines
from pixelmill.engine.feeder import Feeder
from pixelmill.engine.orders import Orders
from pixelmill.engine.parts import Parts
from pixelmill.engine.sweeping import sweeper
from pixelmill.queue.lanes import Lanes, Queues

log = structlog.get_logger()

CONCURRENCY = 100
DRAIN_S = 20.0
ALL_LANES = ("default", "cpu", "gpu")


class Engine:
    """Advances items with up to ``concurrency`` in hand at once."""

    def __init__(
        self,
        parts: Parts,
        queues: Queues,
        *,
        lanes: Sequence[str] = ALL_LANES,
        concurrency: int = CONCURRENCY,
    ) -> None:
        self._parts = parts
        self._lanes = Lanes(queues, self._handle, lanes, concurrency)
        self.feeder = Feeder(parts.database, self._lanes, parts.clock)
        self._carrying: set[asyncio.Task[object]] = set()
        self._deadlines = deadlines(parts)
        self._sweeper = sweeper(parts)
        self._advancer = Advancer(parts, Orders(parts.database, parts.nodes), frozenset(lanes))

    async def start(self) -> None:
        """Open the queue and begin; unfinished items of an earlier life are taken up first."""
        await self._lanes.start()
        self.feeder.start()
        self._deadlines.start()
        self._sweeper.start()

    async def stop(self, drain_s: float = DRAIN_S) -> None:
        """Take nothing new and give what is under way ``drain_s`` seconds.

        What is not finished then is left as a crash would leave it: the rows know how to go on.
        """
        await self._sweeper.stop()
        await self._deadlines.stop()
        await self.feeder.stop()
        try:
            async with asyncio.timeout(drain_s):
                await self._lanes.stop()
        except TimeoutError:
            log.info("engine.drained_late", drain_s=drain_s)
            # PgQueuer would wait for its handlers; these may not outlive the writer.
            for task in self._carrying:
                task.cancel()
            await self._lanes.abandon()

    async def _handle(self, item_id: str) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._carrying.add(task)
        try:
            await self._advancer.advance(item_id)
        except DatabaseUnavailable as error:
            log.warning("item.waits_for_database", item_id=item_id, error=str(error))
        except Exception:
            log.exception("item.crashed", item_id=item_id)
        finally:
            self._carrying.discard(task)
            self.feeder.finished(item_id)


def tell_hub(parts: Parts) -> None:
    """Wake watchers of an execution after every commit that touched it."""

    def told(values: Sequence[Any], results: Sequence[Any]) -> None:
        for value, result in zip(values, results, strict=True):
            if isinstance(value, Record):
                parts.hub.wake(value.execution_id)
            elif isinstance(value, Claim) and result is not None:
                parts.hub.wake(result.item["execution_id"])
            elif isinstance(value, Accept) and isinstance(result, Accepted):
                parts.hub.wake(value.execution["id"])
            elif isinstance(value, (Close, Reopen)):
                parts.hub.wake(value.execution_id)

    parts.writer.after_commit(told)
