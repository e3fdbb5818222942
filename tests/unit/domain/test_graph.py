"""Questions asked of a graph, for drawn examples and for random ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.graph import (
    Edge,
    Graph,
    Node,
    ancestors,
    descendants,
    levels,
    numbering,
    outputs,
    upstream,
)
from tests.unit.domain.sample_catalog import CATALOG, chain

DIAMOND = chain(("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"))


@st.composite
def acyclic_graphs(draw: st.DrawFn) -> Graph:
    """Graphs whose edges go along a random order, while the nodes stand in another."""
    size = draw(st.integers(1, 12))
    order = draw(st.permutations([f"n{i}" for i in range(size)]))
    ends = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))
    pairs = [(a, b) for a, b in draw(st.lists(ends, max_size=25)) if a < b]
    return Graph(
        tuple(Node(f"n{i}", "edit:upscale", "") for i in range(size)),
        tuple(
            Edge(f"e{i}", order[a], "image", order[b], "image") for i, (a, b) in enumerate(pairs)
        ),
    )


@given(acyclic_graphs())
def test_every_node_gets_a_number_greater_than_those_above_it(graph: Graph):
    numbers = numbering(graph)
    assert sorted(numbers.values()) == list(range(1, len(graph.nodes) + 1))
    assert all(numbers[edge.source] < numbers[edge.target] for edge in graph.edges)


@given(acyclic_graphs(), st.randoms(use_true_random=False))
def test_numbers_do_not_depend_on_the_order_of_edges(graph: Graph, random):
    shuffled = list(graph.edges)
    random.shuffle(shuffled)
    assert numbering(Graph(graph.nodes, tuple(shuffled))) == numbering(graph)


@given(acyclic_graphs())
def test_numbers_follow_the_drawing_wherever_edges_leave_a_choice(graph: Graph):
    numbers = numbering(graph)
    place = {node.id: index for index, node in enumerate(graph.nodes)}
    taken: set[str] = set()
    for node_id in sorted(numbers, key=numbers.__getitem__):
        waiting = [n.id for n in graph.nodes if n.id not in taken]
        free = [n for n in waiting if ancestors(graph, n) <= taken]
        assert node_id == min(free, key=place.__getitem__)
        taken.add(node_id)


@given(acyclic_graphs())
def test_ancestors_and_descendants_mirror_each_other(graph: Graph):
    for node in graph.nodes:
        assert node.id not in ancestors(graph, node.id)
        for below in descendants(graph, node.id):
            assert node.id in ancestors(graph, below)


@given(acyclic_graphs())
def test_levels_hold_every_node_once_and_no_edge_within_a_level(graph: Graph):
    rows = levels(graph)
    depth = {node_id: row for row, ids in enumerate(rows) for node_id in ids}
    assert len(depth) == sum(map(len, rows)) == len(graph.nodes)
    assert all(depth[edge.source] < depth[edge.target] for edge in graph.edges)
    assert all(rows)


def test_nodes_on_or_behind_a_cycle_get_no_number():
    graph = chain(("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"))
    assert numbering(graph) == {"a": 1}


def test_reach_in_a_diamond():
    assert ancestors(DIAMOND, "d") == {"a", "b", "c"}
    assert descendants(DIAMOND, "a") == {"b", "c", "d"}
    assert levels(DIAMOND) == (("a",), ("b", "c"), ("d",))


def test_an_unknown_node_is_a_key_error():
    with pytest.raises(KeyError):
        ancestors(DIAMOND, "nope")


def test_the_part_above_a_node_keeps_the_drawing_order():
    part = upstream(DIAMOND, "b")
    assert [node.id for node in part.nodes] == ["a", "b"]
    assert [edge.id for edge in part.edges] == ["a-b"]


def test_without_an_output_node_every_leaf_counts():
    assert outputs(chain(("a", "b"), ("a", "c")), CATALOG) == ("b", "c")


def test_output_nodes_count_alone():
    graph = Graph(
        (Node("a", "edit:upscale", ""), Node("p", "output:preview", ""), Node("b", "x", "")),
        (Edge("e", "a", "image", "p", "value"),),
    )
    assert outputs(graph, CATALOG) == ("p",)
