"""Compiled plans: the order, the wires of each node, what may start and what never can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.execution import State, item_state
from pixelmill.domain.graph import Edge, Graph, Node, ancestors
from pixelmill.domain.node_run import NODE_STOPPED, NODE_TERMINAL, NodeState
from pixelmill.domain.plan import blocked, compile_plan, ready
from tests.unit.domain.sample_catalog import CATALOG, chain
from tests.unit.domain.test_graph import acyclic_graphs

DIAMOND = chain(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))
PLAN = compile_plan(DIAMOND, CATALOG)
DONE, FAILED = NodeState.COMPLETED, NodeState.FAILED


def test_nodes_are_numbered_in_the_order_they_run():
    assert [(node.id, node.number) for node in PLAN.order] == list(
        zip("abcd", (1, 2, 3, 4), strict=True)
    )
    assert PLAN.outputs == ("d",)
    assert PLAN.parents["d"] == ("b", "c")
    assert [edge.id for edge in PLAN.outgoing["a"]] == ["a-b", "a-c"]


def test_the_wires_of_a_port_that_takes_many_are_in_the_order_of_their_slots():
    nodes = tuple(Node(node_id, "generate:flux_2", "") for node_id in "abcg")
    edges = (
        Edge("1", "a", "image", "g", "images", slot=3),
        Edge("2", "b", "image", "g", "images", slot=1),
        Edge("3", "c", "image", "g", "images", slot=1),
    )
    plan = compile_plan(Graph(nodes, edges), CATALOG)
    assert [edge.source for edge in plan.incoming["g"]] == ["b", "c", "a"]


def test_a_target_brings_only_what_it_needs_and_keeps_its_numbers():
    plan = compile_plan(DIAMOND, CATALOG, target="c")
    assert [(node.id, node.number) for node in plan.order] == [("a", 1), ("c", 3)]
    assert plan.outputs == ("c",)
    assert plan.outgoing["a"][0].target == "c"


def test_a_cycle_cannot_be_planned_and_a_target_must_exist():
    with pytest.raises(ValueError, match="cycle"):
        compile_plan(chain(("a", "b"), ("b", "a")), CATALOG)
    with pytest.raises(KeyError):
        compile_plan(DIAMOND, CATALOG, target="nope")


def test_nodes_become_ready_as_those_above_complete():
    assert ready(PLAN, {}) == ["a"]
    assert ready(PLAN, {"a": NodeState.RUNNING}) == []
    assert ready(PLAN, {"a": DONE}) == ["b", "c"]
    assert ready(PLAN, {"a": DONE, "b": DONE, "c": NodeState.RUNNING}) == []
    assert ready(PLAN, {"a": DONE, "b": DONE, "c": DONE}) == ["d"]


def test_states_read_from_a_row_as_plain_text_count_too():
    assert ready(PLAN, {"a": "COMPLETED", "b": "PENDING"}) == ["b", "c"]
    assert blocked(PLAN, {"a": "FAILED"}) == ["b", "c", "d"]


def test_everything_below_a_failure_is_blocked_and_nothing_else():
    assert blocked(PLAN, {"a": DONE}) == []
    assert blocked(PLAN, {"a": DONE, "b": FAILED}) == ["d"]
    assert blocked(PLAN, {"a": NodeState.CANCELLED}) == ["b", "c", "d"]


@given(acyclic_graphs(), st.data())
def test_an_item_played_to_its_end_always_ends(graph: Graph, data: st.DataObject):
    plan = compile_plan(graph, CATALOG)
    states: dict[str, NodeState] = {}
    while item_state(plan, states) is None:
        for node_id in blocked(plan, states):
            states[node_id] = NodeState.SKIPPED
        for node_id in ready(plan, states):
            assert all(states[above] == DONE for above in ancestors(graph, node_id))
            states[node_id] = data.draw(st.sampled_from([DONE, DONE, FAILED, NodeState.TIMEOUT]))
    assert set(states) == {node.id for node in graph.nodes}
    assert set(states.values()) <= NODE_TERMINAL
    stopped = any(state in NODE_STOPPED for state in states.values())
    end = item_state(plan, states)
    assert end == State.COMPLETED or stopped
    assert (end == State.COMPLETED) == all(states[node_id] == DONE for node_id in plan.outputs)
