"""Rules over a whole graph: its size, its cycles, what is wired twice or not at all."""

from collections.abc import Iterator
from typing import Final

from pixelmill.domain.catalog import Catalog, Port
from pixelmill.domain.graph import Graph, Node, numbering
from pixelmill.domain.violations import Rule, Violation

MAX_NODES: Final = 100
MAX_EDGES: Final = 500


def check_sizes(nodes: int, edges: int) -> tuple[Violation, ...]:
    """Refusals of a document that is too large to be read."""
    found: list[Violation] = []
    if nodes > MAX_NODES:
        found.append(
            Violation(
                Rule.TOO_MANY_NODES,
                f"The graph has {nodes} nodes; at most {MAX_NODES} are allowed.",
                "Split the workflow in two.",
            )
        )
    if edges > MAX_EDGES:
        found.append(
            Violation(
                Rule.TOO_MANY_EDGES,
                f"The graph has {edges} edges; at most {MAX_EDGES} are allowed.",
                "Split the workflow in two.",
            )
        )
    return tuple(found)


def check_connections(
    graph: Graph, catalog: Catalog, unclear: frozenset[str] = frozenset()
) -> list[Violation]:
    """What is wrong between the nodes: cycles, double wires, required ports without a wire.

    Nodes in ``unclear`` have a faulty wire already and are not asked for what they miss.
    """
    return [
        *_cycles(graph),
        *_double_wires(graph, catalog),
        *_missing_inputs(graph, catalog, unclear),
    ]


def find_cycle(graph: Graph) -> tuple[str, ...]:
    """The ids of the nodes of one cycle in the order of its edges, the first drawn first."""
    numbered = numbering(graph)
    following: dict[str, list[str]] = {
        node.id: [] for node in graph.nodes if node.id not in numbered
    }
    for edge in graph.edges:
        if edge.source in following and edge.target in following:
            following[edge.target].append(edge.source)
    # Every node left over has a node left over above it, so going up must come round.
    path: dict[str, None] = {}
    current = next(iter(following), None)
    while current is not None and current not in path:
        path[current] = None
        current = following[current][0]
    if current is None:
        return ()
    walked = list(path)
    cycle = walked[walked.index(current) :][::-1]
    drawn = [node.id for node in graph.nodes]
    start = cycle.index(min(cycle, key=drawn.index))
    return (*cycle[start:], *cycle[:start])


def _cycles(graph: Graph) -> Iterator[Violation]:
    remaining = graph
    while cycle := find_cycle(remaining):
        names = " → ".join(f"'{node_id}'" for node_id in (*cycle, cycle[0]))
        yield Violation(
            Rule.CYCLE,
            f"The nodes {names} wait for each other in a circle.",
            "Remove one of the edges between them.",
            cycle[0],
        )
        inside = set(cycle)
        remaining = Graph(
            tuple(node for node in remaining.nodes if node.id not in inside),
            tuple(
                edge
                for edge in remaining.edges
                if edge.source not in inside and edge.target not in inside
            ),
        )


def _double_wires(graph: Graph, catalog: Catalog) -> Iterator[Violation]:
    types = {node.id: node.node_type for node in graph.nodes}
    first: dict[tuple[str, str], str] = {}
    for edge in graph.edges:
        ports = catalog[types[edge.target]].inputs
        if any(port.name == edge.target_port and port.many for port in ports):
            continue
        before = first.setdefault((edge.target, edge.target_port), edge.id)
        if before != edge.id:
            yield Violation(
                Rule.DOUBLE_WIRE,
                f"Port '{edge.target_port}' of node '{edge.target}' takes one wire, but both "
                f"'{before}' and '{edge.id}' end there.",
                "Remove one of them.",
                edge.target,
                edge.id,
            )


def _missing_inputs(graph: Graph, catalog: Catalog, unclear: frozenset[str]) -> Iterator[Violation]:
    wired = {(edge.target, edge.target_port) for edge in graph.edges}
    for node in graph.nodes:
        if node.id in unclear:
            continue
        signature = catalog[node.node_type]
        for port in signature.inputs:
            needed = port.required and port.is_port and port.name != signature.input_param
            if needed and (node.id, port.name) not in wired and node.params.get(port.name) is None:
                yield _missing(node, port)


def _missing(node: Node, port: Port) -> Violation:
    kind = port.type.value
    article = "an" if kind[0] in "aeiou" else "a"
    what = "input" if kind == "any" else kind
    return Violation(
        Rule.MISSING_REQUIRED_INPUT,
        f"Node '{node.id}' ({node.node_type}) has no {port.name.replace('_', ' ')}.",
        f"Wire {article} {what} into its port '{port.name}'.",
        node.id,
    )
