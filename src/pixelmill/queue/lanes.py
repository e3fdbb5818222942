"""Jobs by lane over PgQueuer: a job is a hint to advance an item, never the truth about it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, cast

import structlog
from pgqueuer import PgQueuer
from pgqueuer.adapters.inmemory import InMemoryQueries
from pgqueuer.models import Job
from pgqueuer.queries import Queries

log = structlog.get_logger()

Handler = Callable[[str], Awaitable[None]]
HEARTBEAT = timedelta(seconds=10)
DEQUEUE = timedelta(seconds=1)
BATCH = 32
RESTART_S = 1.0
TRIM_S = 5.0
PRIORITY_LIMIT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Hint:
    """An item to advance in a lane; a smaller ``vtime`` comes first."""

    item_id: str
    lane: str
    vtime: int


class Queues(Protocol):
    """Makes the PgQueuer of this process; called anew whenever the last one ended."""

    async def open(self) -> PgQueuer:
        """A queue ready for ``run``."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MemoryQueues:
    """The embedded default: jobs in this process's memory; the reconciler refills it."""

    async def open(self) -> PgQueuer:
        """A new, empty queue."""
        return PgQueuer.in_memory()

    async def close(self) -> None:
        """Nothing is held."""


class Lanes:
    """Feeds hints to ``handler``, at most ``concurrency`` at a time, and survives queue errors."""

    def __init__(
        self, queues: Queues, handler: Handler, lanes: Sequence[str], concurrency: int
    ) -> None:
        self._queues = queues
        self._handler = handler
        self._lanes = tuple(lanes)
        # PgQueuer wants room for two batches beside what runs.
        self._concurrency = max(concurrency, 2)
        self._queue: PgQueuer | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._restarted: Callable[[], None] = lambda: None
        self._stopping = False
        self._opened = asyncio.Event()

    def on_restart(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` after the queue was lost and a new one stands."""
        self._restarted = listener

    async def start(self) -> None:
        """Open the queue and begin to hand out jobs."""
        self._supervisor = asyncio.create_task(self._supervise(), name="queue-supervisor")
        await self._opened.wait()

    async def enqueue(self, hints: Sequence[Hint]) -> list[bool]:
        """Add hints; False for those whose item is in the queue already."""
        if not hints or self._queue is None:
            return [False for _ in hints]
        added = await _repository(self._queue).enqueue(
            [_entrypoint(hint.lane) for hint in hints],
            [hint.item_id.encode() for hint in hints],
            [max(-PRIORITY_LIMIT, min(PRIORITY_LIMIT, -hint.vtime)) for hint in hints],
            dedupe_key=[hint.item_id for hint in hints],
            on_conflict="skip",
        )
        return [job_id is not None for job_id in added]

    async def stop(self) -> None:
        """Take no more jobs and wait for those under way."""
        self._stopping = True
        if self._queue is not None:
            self._queue.shutdown.set()
        if self._supervisor is not None:
            await asyncio.wait([self._supervisor])
        await self._queues.close()

    async def abandon(self) -> None:
        """Stop at once, whatever is under way."""
        if self._supervisor is not None:
            self._supervisor.cancel()
            await asyncio.gather(self._supervisor, return_exceptions=True)
        await self._queues.close()

    async def _supervise(self) -> None:
        first = True
        while not self._stopping:
            try:
                self._queue = await self._open()
                self._opened.set()
                if not first:
                    self._restarted()
                first = False
                await self._run(self._queue)
            except Exception as error:  # noqa: BLE001 - the queue must outlive any failure of its own
                log.warning("queue.lost", error=str(error))
            if not self._stopping:
                await asyncio.sleep(RESTART_S)

    async def _open(self) -> PgQueuer:
        queue = await self._queues.open()
        for lane in self._lanes:
            queue.entrypoint(_entrypoint(lane))(self._handle)
        return queue

    async def _handle(self, job: Job) -> None:
        if job.payload is not None:
            await self._handler(job.payload.decode())

    async def _run(self, queue: PgQueuer) -> None:
        batch = max(1, min(BATCH, self._concurrency // 2))
        trimming = asyncio.create_task(self._trim(queue))
        try:
            await queue.run(
                dequeue_timeout=DEQUEUE,
                batch_size=batch,
                max_concurrent_tasks=self._concurrency,
                shutdown_on_listener_failure=True,
                heartbeat_timeout=HEARTBEAT,
                log_aggregation_interval=timedelta(0),
            )
        finally:
            trimming.cancel()
            with suppress(asyncio.CancelledError):
                await trimming

    async def _trim(self, queue: PgQueuer) -> None:
        """PgQueuer keeps a line per finished job; ours are in the rows, so these may go."""
        while True:
            await asyncio.sleep(TRIM_S)
            await _repository(queue).clear_queue_log()


def _entrypoint(lane: str) -> str:
    return f"advance_{lane}"


def _repository(queue: PgQueuer) -> InMemoryQueries | Queries:
    """What PgQueuer keeps its jobs in; its port lacks the trimming that both have."""
    return cast("InMemoryQueries | Queries", queue.queries)
