"""Rules over whole graphs, and that nothing a caller sends makes reading raise."""

from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.graph import Edge, Graph, Node, numbering
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.graph_rules import check_connections, check_sizes, find_cycle
from pixelmill.domain.violations import Rule
from tests.unit.domain.sample_catalog import CATALOG, chain, edge, node

IDS = [f"n{i}" for i in range(8)]
PAIRS = st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(IDS)), max_size=20, unique=True)


@given(PAIRS)
def test_a_cycle_is_always_found_and_is_one(pairs):
    graph = chain(*pairs, nodes="") if pairs else Graph((), ())
    cycle = find_cycle(graph)
    assert bool(cycle) == (len(numbering(graph)) < len(graph.nodes))
    for here, there in zip(cycle, (*cycle[1:], *cycle[:1]), strict=True):
        assert (here, there) in pairs


@given(PAIRS)
def test_after_the_named_cycles_are_cut_none_is_left(pairs):
    graph = chain(*pairs) if pairs else Graph((), ())
    named = [v for v in check_connections(graph, CATALOG) if v.rule == Rule.CYCLE]
    nodes_named = {n.id for n in graph.nodes if any(f"'{n.id}'" in v.message for v in named)}
    kept = Graph(
        tuple(n for n in graph.nodes if n.id not in nodes_named),
        tuple(e for e in graph.edges if not {e.source, e.target} & nodes_named),
    )
    assert find_cycle(kept) == ()


def test_two_separate_cycles_are_both_named():
    found = check_connections(chain(("a", "b"), ("b", "a"), ("c", "c")), CATALOG)
    cycles = [v.message for v in found if v.rule == Rule.CYCLE]
    assert ["'a' → 'b' → 'a'" in cycles[0], "'c' → 'c'" in cycles[1]] == [True, True]


@given(PAIRS)
def test_every_extra_wire_and_every_bare_port_is_reported(pairs):
    drawn = [node(i, "edit:upscale") for i in IDS]
    reading = read_graph(drawn, [edge(a, b) for a, b in pairs], CATALOG)
    rules = [v.rule for v in reading.violations]
    targets = [b for _, b in pairs]
    assert rules.count(Rule.DOUBLE_WIRE) == len(targets) - len(set(targets))
    assert rules.count(Rule.MISSING_REQUIRED_INPUT) == len(IDS) - len(set(targets))
    assert (reading.graph is None) == bool(rules)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=8,
)
SPELLED = st.sampled_from(
    [*CATALOG, "stickyNote", "n0", "n1", "in-image", "out-image", "in-image9"]
)
KEYS = st.sampled_from(
    [
        "id",
        "type",
        "data",
        "nodeType",
        "model",
        "name",
        "params",
        "config",
        "label",
        "prompt",
        "source",
        "target",
        "sourceHandle",
        "targetHandle",
        "position",
        "seed",
        "output",
    ]
)
GARBAGE = st.recursive(
    JSON | SPELLED, lambda inner: st.dictionaries(KEYS, inner, max_size=6), max_leaves=12
)


@given(st.lists(GARBAGE, max_size=6), st.lists(GARBAGE, max_size=6))
def test_random_garbage_never_raises_and_every_finding_is_a_sentence(nodes, edges):
    reading = read_graph(nodes, edges, CATALOG)
    assert (reading.graph is None) == bool(reading.violations)
    for violation in (*reading.violations, *reading.warnings):
        assert violation.message.endswith((".", "?"))
        assert violation.fix.endswith(".")


@given(GARBAGE, GARBAGE)
def test_documents_that_are_no_lists_never_raise(nodes, edges):
    read_graph(nodes, edges, CATALOG)


def test_a_deep_document_never_raises():
    deep: object = "x"
    for _ in range(5000):
        deep = [deep]
    reading = read_graph(
        [
            {
                "id": "g",
                "type": deep,
                "data": {"nodeType": "generate:flux_2", "params": {"seed": deep}},
            }
        ],
        [{"source": deep, "target": deep}],
        CATALOG,
    )
    assert [v.rule for v in reading.violations] == [Rule.DANGLING_EDGE, Rule.DANGLING_EDGE]


def test_a_port_that_takes_many_may_have_many_wires():
    graph = Graph(
        (
            Node("a", "input:image", ""),
            Node("b", "input:image", ""),
            Node("g", "generate:flux_2", "", {"prompt": "x"}),
        ),
        (Edge("1", "a", "image", "g", "images"), Edge("2", "b", "image", "g", "images")),
    )
    assert check_connections(graph, CATALOG) == []


def test_a_node_with_a_faulty_wire_is_not_asked_for_its_input_as_well():
    graph = Graph((Node("u", "edit:upscale", ""),), ())
    assert check_connections(graph, CATALOG, frozenset("u")) == []


def test_sizes_are_refused_by_number():
    assert check_sizes(100, 500) == ()
    nodes, edges = check_sizes(101, 501)
    assert "101 nodes; at most 100" in nodes.message
    assert "501 edges; at most 500" in edges.message
