"""States of executions and items, their counts, and how one follows from the other."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from pixelmill.domain.node_run import NODE_TERMINAL, NodeState
from pixelmill.domain.plan import Plan


class State(StrEnum):
    """The state of an execution or an item; an execution is never SKIPPED."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    TIMEOUT = "TIMEOUT"
    SKIPPED = "SKIPPED"


Outcome: TypeAlias = Literal["all", "partial", "none"]

TERMINAL: Final = frozenset(
    {State.COMPLETED, State.FAILED, State.CANCELLED, State.TIMEOUT, State.SKIPPED}
)
REOPENABLE: Final = TERMINAL - {State.COMPLETED}
"""Item states that a new round (resume, retry) may take up again."""


def terminal(state: State) -> bool:
    """Whether a state is the last one of its round."""
    return state in TERMINAL


def may_move(before: State, after: State) -> bool:
    """Whether ``after`` may follow ``before`` within one round.

    An item may fall back from RUNNING to PENDING when its worker was lost. A cache may complete
    it without a visible RUNNING. Terminal states stay.
    """
    if before == State.PENDING:
        return after != State.PENDING
    return before == State.RUNNING and after != State.RUNNING


@dataclass(frozen=True, slots=True)
class Counts:
    """How many items of an execution are in which state; they sum to ``total``."""

    total: int
    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    timeout: int = 0
    skipped: int = 0

    @classmethod
    def fresh(cls, total: int) -> "Counts":
        """The counts of an execution that has just been accepted."""
        return cls(total=total, pending=total)

    def moved(self, before: State, after: State, n: int = 1) -> "Counts":
        """The counts after ``n`` items moved. Raises ValueError when there were fewer."""
        values = self.as_dict()
        values[before.lower()] -= n
        values[after.lower()] += n
        if min(values.values()) < 0:
            raise ValueError(f"There are no {n} items {before} to move to {after}.")
        return Counts(**values)

    def as_dict(self) -> dict[str, int]:
        """The counts by name, as they travel on the wire."""
        return {
            "total": self.total,
            "pending": self.pending,
            "running": self.running,
            "completed": self.completed,
            "failed": self.failed,
            "cancelled": self.cancelled,
            "timeout": self.timeout,
            "skipped": self.skipped,
        }


def roll_up(counts: Counts, *, cancelled: bool, deadline_passed: bool) -> State | None:
    """The terminal state of an execution, or None while items are open.

    In this order: cancelled by request, deadline, any item completed, else failed.
    """
    if counts.pending or counts.running:
        return None
    if cancelled:
        return State.CANCELLED
    if deadline_passed:
        return State.TIMEOUT
    return State.COMPLETED if counts.completed else State.FAILED


def outcome(counts: Counts) -> Outcome:
    """How much of an execution succeeded."""
    if not counts.completed:
        return "none"
    return "all" if counts.completed == counts.total else "partial"


def item_state(plan: Plan, node_states: Mapping[str, NodeState]) -> State | None:
    """The terminal state of an item, or None while a node is open.

    COMPLETED if every output completed, whatever became of side branches. Else the first that
    occurs of CANCELLED, TIMEOUT, FAILED, SKIPPED.
    """
    state_of = node_states.get
    found: set[NodeState] = set()
    for node in plan.order:
        state = state_of(node.id, NodeState.PENDING)
        if state not in NODE_TERMINAL:
            return None
        found.add(state)
    if all(state_of(node_id) == NodeState.COMPLETED for node_id in plan.outputs):
        return State.COMPLETED
    for state in (NodeState.CANCELLED, NodeState.TIMEOUT, NodeState.FAILED):
        if state in found:
            return State(state.value)
    return State.SKIPPED
