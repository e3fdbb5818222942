"""One item in this worker's hands: what is known of it, and what waits to be written."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from pixelmill.db.claims import Claimed
from pixelmill.db.records import ItemMove, Record
from pixelmill.db.statements import Row
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.values import JsonValue
from pixelmill.engine.orders import Order
from pixelmill.engine.values import load


class ItemLost(Exception):
    """Another worker has this item since, or it was cancelled: stop silently."""


@dataclass(slots=True)
class Job:
    """An item being advanced. ``outputs`` hold the results of nodes by port."""

    order: Order
    claimed: Claimed
    submit: Callable[[Record], Awaitable[bool]]
    states: dict[str, NodeState] = field(default_factory=dict[str, NodeState])
    outputs: dict[str, dict[str, JsonValue]] = field(
        default_factory=dict[str, dict[str, JsonValue]]
    )
    fresh: set[str] = field(default_factory=set[str])
    errors: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    held: int = 0
    promised: int = 0
    record: Record = field(init=False)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.record = self._empty()
        self.held = self.claimed.item["credits_held"]
        for run in self.claimed.node_runs:
            state = NodeState(run["state"])
            if state is NodeState.COMPLETED:
                self.states[run["node_id"]] = state
                self.outputs[run["node_id"]] = load(run["output"]) or {}
            elif state is not NodeState.RUNNING:
                self.states[run["node_id"]] = state
                self.errors[run["node_id"]] = run["error"]

    @property
    def item(self) -> Row:
        """The item's row as claimed."""
        return self.claimed.item

    def attempts_of(self, node_id: str, call: int) -> list[Row]:
        """Earlier attempts at one call of a node in this round, oldest first."""
        return [
            row
            for row in self.claimed.attempts
            if row["node_id"] == node_id and row["call"] == call
        ]

    async def flush(self, move: ItemMove | None = None) -> None:
        """Write what waits, with where the item goes. Raises ItemLost when it is not ours."""
        async with self._writing:
            record, self.record = self.record, self._empty()
            record.move = move
            if not _says_anything(record):
                return
            self.held += sum(entry.held for entry in record.ledger)
            if not await self.submit(record):
                raise ItemLost

    def _empty(self) -> Record:
        item = self.claimed.item
        return Record(
            item_id=item["id"],
            execution_id=item["execution_id"],
            workspace_id=item["workspace_id"],
            fence=self.claimed.fence,
        )


def _says_anything(record: Record) -> bool:
    return bool(
        record.move
        or record.node_runs
        or record.attempts
        or record.assets
        or record.cache
        or record.events
    )
