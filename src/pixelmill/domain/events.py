"""What happens to executions, items and node runs, and how it is told."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from pixelmill.domain.credits import shown
from pixelmill.domain.execution import Counts, State, outcome
from pixelmill.domain.node_run import NodeState


class EventType(StrEnum):
    """The names of events, stable on the wire."""

    EXECUTION_STARTED = "execution.started"
    EXECUTION_PROGRESS = "execution.progress"
    EXECUTION_COMPLETED = "execution.completed"
    EXECUTION_FAILED = "execution.failed"
    EXECUTION_CANCELLED = "execution.cancelled"
    ITEM_STARTED = "item.started"
    ITEM_COMPLETED = "item.completed"
    ITEM_FAILED = "item.failed"
    ITEM_SKIPPED = "item.skipped"
    ITEM_CANCELLED = "item.cancelled"
    NODE_STARTED = "node.started"
    NODE_COMPLETED = "node.completed"
    NODE_FAILED = "node.failed"


_EXECUTION_EVENTS: Final = {
    State.RUNNING: EventType.EXECUTION_STARTED,
    State.COMPLETED: EventType.EXECUTION_COMPLETED,
    State.FAILED: EventType.EXECUTION_FAILED,
    State.TIMEOUT: EventType.EXECUTION_FAILED,
    State.CANCELLED: EventType.EXECUTION_CANCELLED,
}
_ITEM_EVENTS: Final = {
    State.RUNNING: EventType.ITEM_STARTED,
    State.COMPLETED: EventType.ITEM_COMPLETED,
    State.FAILED: EventType.ITEM_FAILED,
    State.TIMEOUT: EventType.ITEM_FAILED,
    State.SKIPPED: EventType.ITEM_SKIPPED,
    State.CANCELLED: EventType.ITEM_CANCELLED,
}
_NODE_EVENTS: Final = {
    NodeState.RUNNING: EventType.NODE_STARTED,
    NodeState.COMPLETED: EventType.NODE_COMPLETED,
    NodeState.FAILED: EventType.NODE_FAILED,
    NodeState.TIMEOUT: EventType.NODE_FAILED,
}


def execution_event_type(state: State) -> EventType | None:
    """The event that tells of an execution's new state; PENDING and SKIPPED have none."""
    return _EXECUTION_EVENTS.get(state)


def item_event_type(state: State) -> EventType | None:
    """The event that tells of an item's new state; PENDING has none."""
    return _ITEM_EVENTS.get(state)


def node_event_type(state: NodeState) -> EventType | None:
    """The event that tells of a node run's new state; only start, success and failure are told."""
    return _NODE_EVENTS.get(state)


def execution_payload(
    *,
    execution_id: str,
    workflow_id: str | None,
    state: State,
    counts: Counts,
    millicredits: int,
    metadata: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The data of an ``execution.*`` event; ``millicredits`` is what was charged so far."""
    return {
        "executionId": execution_id,
        "batchId": execution_id,
        "workflowId": workflow_id,
        "status": state.value,
        "outcome": outcome(counts) if not (counts.pending or counts.running) else None,
        "counts": counts.as_dict(),
        "creditsUsed": shown(millicredits),
        "metadata": dict(metadata) if metadata else {},
    }


def item_payload(
    *,
    execution_id: str,
    item_id: str,
    index: int,
    key: str | None,
    state: State,
    error: Mapping[str, Any] | None = None,
    asset_ids: Sequence[str] = (),
) -> dict[str, Any]:
    """The data of an ``item.*`` event; ``index`` counts from 0."""
    return {
        "executionId": execution_id,
        "itemId": item_id,
        "runIndexInBatch": index,
        "key": key,
        "status": state.value,
        "error": dict(error) if error else None,
        "assetIds": list(asset_ids),
    }


def node_payload(
    *,
    execution_id: str,
    item_id: str,
    index: int,
    node_run_id: str,
    node_id: str,
    state: NodeState,
    cached: bool = False,
    error: Mapping[str, Any] | None = None,
    asset_ids: Sequence[str] = (),
) -> dict[str, Any]:
    """The data of a ``node.*`` event; ``index`` is that of its item."""
    return {
        "executionId": execution_id,
        "itemId": item_id,
        "runIndexInBatch": index,
        "nodeRunId": node_run_id,
        "nodeId": node_id,
        "status": state.value,
        "cached": cached,
        "error": dict(error) if error else None,
        "assetIds": list(asset_ids),
    }
