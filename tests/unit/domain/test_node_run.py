"""States of node runs and attempts."""

from itertools import product

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pixelmill.domain.node_run import (
    NODE_TERMINAL,
    AttemptState,
    NodeState,
    attempt_may_move,
    node_may_move,
)


class Attempt(RuleBasedStateMachine):
    """Whatever is tried, an attempt that is done or failed stays so, and is charged once."""

    def __init__(self) -> None:
        super().__init__()
        self.state = AttemptState.SENT
        self.charged = 0

    @rule(after=st.sampled_from(AttemptState))
    def move(self, after: AttemptState) -> None:
        if attempt_may_move(self.state, after):
            assert self.state not in (AttemptState.DONE, AttemptState.FAILED)
            self.state = after
            self.charged += after == AttemptState.DONE

    @invariant()
    def charged_only_when_done_and_once(self) -> None:
        assert self.charged == (self.state == AttemptState.DONE)


TestAttempt = Attempt.TestCase


def test_terminal_node_runs_stay():
    assert not any(node_may_move(a, b) for a, b in product(NODE_TERMINAL, NodeState))


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        (NodeState.PENDING, NodeState.COMPLETED, True),
        (NodeState.PENDING, NodeState.SKIPPED, True),
        (NodeState.PENDING, NodeState.PENDING, False),
        (NodeState.RUNNING, NodeState.PENDING, True),
        (NodeState.RUNNING, NodeState.RUNNING, False),
    ],
)
def test_node_runs_move_forward_or_back_to_the_queue(before, after, allowed):
    assert node_may_move(before, after) is allowed


def test_a_ticket_is_never_sent_again():
    assert not attempt_may_move(AttemptState.TICKET, AttemptState.SENT)
    assert not attempt_may_move(AttemptState.UNKNOWN, AttemptState.SENT)
