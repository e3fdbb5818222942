"""States of executions and items: legal moves, counts that always add up, the roll-up."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pixelmill.domain.execution import (
    REOPENABLE,
    TERMINAL,
    Counts,
    State,
    item_state,
    may_move,
    outcome,
    roll_up,
    terminal,
)
from pixelmill.domain.graph import Edge, Graph, Node
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.plan import compile_plan
from tests.unit.domain.sample_catalog import CATALOG, chain


class ItemsOfAnExecution(RuleBasedStateMachine):
    """Items move at random; the counts kept by deltas agree with counting them anew."""

    @initialize(total=st.integers(1, 6))
    def accept(self, total: int) -> None:
        self.items = [State.PENDING] * total
        self.counts = Counts.fresh(total)

    @rule(index=st.integers(0, 5), after=st.sampled_from(State))
    def move(self, index: int, after: State) -> None:
        before = self.items[index % len(self.items)]
        if may_move(before, after):
            self.items[index % len(self.items)] = after
            self.counts = self.counts.moved(before, after)
        else:
            assert before in TERMINAL or before == after

    @precondition(lambda self: any(map(terminal, self.items)))
    @rule()
    def reopen_what_did_not_complete(self) -> None:
        for index, state in enumerate(self.items):
            if state in REOPENABLE:
                self.items[index] = State.PENDING
                self.counts = self.counts.moved(state, State.PENDING)

    @invariant()
    def counts_agree(self) -> None:
        recount = {state.lower(): self.items.count(state) for state in State}
        assert self.counts.as_dict() == {"total": len(self.items), **recount}

    @invariant()
    def it_ends_when_all_items_have_ended(self) -> None:
        end = roll_up(self.counts, cancelled=False, deadline_passed=False)
        assert (end is not None) == all(map(terminal, self.items))
        if end is not None:
            assert (end == State.COMPLETED) == (State.COMPLETED in self.items)


TestItemsOfAnExecution = ItemsOfAnExecution.TestCase


def test_a_terminal_state_never_moves():
    assert not any(may_move(before, after) for before in TERMINAL for after in State)


def test_more_items_cannot_move_than_there_are():
    with pytest.raises(ValueError, match="no 3 items PENDING"):
        Counts.fresh(2).moved(State.PENDING, State.RUNNING, 3)


@pytest.mark.parametrize(
    ("counts", "cancelled", "deadline_passed", "expected"),
    [
        (Counts(2, completed=1, running=1), True, True, None),
        (Counts(2, completed=1, pending=1), False, False, None),
        (Counts(2, completed=1, cancelled=1), True, True, State.CANCELLED),
        (Counts(2, completed=1, timeout=1), False, True, State.TIMEOUT),
        (Counts(2, completed=1, failed=1), False, False, State.COMPLETED),
        (Counts(2, failed=1, skipped=1), False, False, State.FAILED),
    ],
)
def test_an_execution_rolls_up_in_order(counts, cancelled, deadline_passed, expected):
    assert roll_up(counts, cancelled=cancelled, deadline_passed=deadline_passed) == expected


def test_the_outcome_is_all_partial_or_none():
    assert outcome(Counts(2, completed=2)) == "all"
    assert outcome(Counts(2, completed=1, failed=1)) == "partial"
    assert outcome(Counts(2, failed=2)) == "none"


PLAN = compile_plan(chain(("a", "b"), ("a", "c")), CATALOG)
DONE = NodeState.COMPLETED


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"a": DONE}, None),
        ({"a": DONE, "b": DONE, "c": NodeState.RUNNING}, None),
        ({"a": DONE, "b": DONE, "c": DONE}, State.COMPLETED),
        ({"a": DONE, "b": DONE, "c": NodeState.FAILED}, State.FAILED),
        ({"a": DONE, "b": NodeState.TIMEOUT, "c": NodeState.FAILED}, State.TIMEOUT),
        ({"a": DONE, "b": NodeState.CANCELLED, "c": NodeState.FAILED}, State.CANCELLED),
        ({"a": DONE, "b": DONE, "c": NodeState.SKIPPED}, State.SKIPPED),
    ],
)
def test_an_item_follows_from_its_nodes(states, expected):
    assert item_state(PLAN, states) == expected


def test_a_side_branch_that_fails_does_not_spoil_an_item_whose_output_node_completed():
    nodes = (Node("a", "edit:upscale", ""), Node("o", "output:preview", ""))
    side = Node("b", "edit:upscale", "")
    edges = (Edge("1", "a", "image", "o", "value"), Edge("2", "a", "image", "b", "image"))
    plan = compile_plan(Graph((*nodes, side), edges), CATALOG)
    assert item_state(plan, {"a": DONE, "o": DONE}) is None
    assert item_state(plan, {"a": DONE, "o": DONE, "b": NodeState.FAILED}) == State.COMPLETED
