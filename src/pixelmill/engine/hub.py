"""Wakes those who watch executions in this process, and passes on progress that is not stored."""

import asyncio
from collections import defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from pixelmill.domain.values import JsonValue


@dataclass(slots=True)
class Watch:
    """One watcher of one execution: woken by changes, with the latest tick per item and node."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    ticks: dict[tuple[str, str], JsonValue] = field(
        default_factory=dict[tuple[str, str], JsonValue]
    )


class Hub:
    """Wake-ups only: what happened is read from the events' rows."""

    def __init__(self) -> None:
        self._watches: dict[str, list[Watch]] = defaultdict(list)

    @contextmanager
    def watching(self, execution_id: str) -> Generator[Watch]:
        """A watch for as long as the block lasts."""
        watch = Watch()
        self._watches[execution_id].append(watch)
        try:
            yield watch
        finally:
            self._watches[execution_id].remove(watch)
            if not self._watches[execution_id]:
                del self._watches[execution_id]

    def wake(self, execution_id: str) -> None:
        """Something about this execution was committed."""
        for watch in self._watches.get(execution_id, ()):
            watch.woken.set()

    def tick(self, execution_id: str, item_id: str, node_id: str, data: JsonValue) -> None:
        """Progress of a node that nobody needs to remember."""
        for watch in self._watches.get(execution_id, ()):
            watch.ticks[item_id, node_id] = data
            watch.woken.set()
