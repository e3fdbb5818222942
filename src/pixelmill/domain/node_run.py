"""States of node runs and of the attempts inside them."""

from enum import StrEnum
from typing import Final


class NodeState(StrEnum):
    """The state of one node of one item in one round."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPLETED = "COMPLETED"
    FAILED = "FAILED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"
    TIMEOUT = "TIMEOUT"


class AttemptState(StrEnum):
    """The state of one try at a provider.

    SENT is committed before the body leaves; TICKET when the vendor took the work and answers
    later; UNKNOWN when it may have been paid and cannot be looked up.
    """

    SENT = "SENT"
    TICKET = "TICKET"
    DONE = "DONE"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


NODE_TERMINAL: Final = frozenset(NodeState) - {NodeState.PENDING, NodeState.RUNNING}
NODE_STOPPED: Final = NODE_TERMINAL - {NodeState.COMPLETED}
"""Terminal states after which nothing below can run."""

_ATTEMPT_MOVES: Final = {
    AttemptState.SENT: frozenset(AttemptState) - {AttemptState.SENT},
    AttemptState.TICKET: frozenset({AttemptState.DONE, AttemptState.FAILED, AttemptState.UNKNOWN}),
    AttemptState.DONE: frozenset[AttemptState](),
    AttemptState.FAILED: frozenset[AttemptState](),
    # A reviewer, or a late webhook, may still settle what was unknown.
    AttemptState.UNKNOWN: frozenset({AttemptState.DONE, AttemptState.FAILED}),
}


def node_may_move(before: NodeState, after: NodeState) -> bool:
    """Whether ``after`` may follow ``before``: terminal states stay; a cached node never runs.

    RUNNING may fall back to PENDING when the worker was lost before anything was sent.
    """
    if before == NodeState.PENDING:
        return after != NodeState.PENDING
    return before == NodeState.RUNNING and after != NodeState.RUNNING


def attempt_may_move(before: AttemptState, after: AttemptState) -> bool:
    """Whether ``after`` may follow ``before`` within one attempt."""
    return after in _ATTEMPT_MOVES[before]
