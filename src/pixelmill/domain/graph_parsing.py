"""Reading a canvas document into a graph, tolerant of every spelling the wire has known."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from pixelmill.domain.catalog import Catalog
from pixelmill.domain.edge_parsing import read_edges
from pixelmill.domain.graph import Graph
from pixelmill.domain.graph_rules import check_connections, check_sizes
from pixelmill.domain.node_parsing import NodeReader
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Rule, Violation

DECORATIONS: Final = frozenset({"stickyNote", "utility:sticky_note", "custom_group"})
"""Renderers and node types that are drawn but never run."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a document: ``graph`` is None where ``violations`` forbid to run it."""

    graph: Graph | None
    violations: tuple[Violation, ...] = ()
    warnings: tuple[Violation, ...] = ()


def read_graph(
    nodes: Sequence[Mapping[str, JsonValue]],
    edges: Sequence[Mapping[str, JsonValue]],
    catalog: Catalog,
) -> Reading:
    """Read the nodes and edges of a document; nothing in them makes this raise.

    Notes and groups are left out, React Flow's own keys are ignored. Every violation is listed,
    not only the first.
    """
    if not isinstance(nodes, (list, tuple)) or not isinstance(edges, (list, tuple)):
        return Reading(None, (_MALFORMED,))
    too_large = check_sizes(len(nodes), len(edges))
    if too_large:
        return Reading(None, too_large)
    reader = NodeReader(catalog, DECORATIONS)
    for index, node in enumerate(cast("Sequence[object]", nodes)):
        reader.read(node, index)
    wires = read_edges(cast("Sequence[object]", edges), reader, catalog)
    violations = reader.violations + wires.violations
    if not reader.seen:
        violations.append(_EMPTY)
    graph = Graph(tuple(reader.nodes), tuple(wires.edges))
    violations += check_connections(graph, catalog, frozenset(wires.unclear))
    return Reading(
        None if violations else graph, tuple(violations), tuple(reader.warnings + wires.warnings)
    )


_MALFORMED: Final = Violation(
    Rule.MALFORMED,
    "'nodes' and 'edges' are not both lists.",
    "Send two lists of objects, as the canvas saves them.",
)
_EMPTY: Final = Violation(
    Rule.EMPTY, "The graph has no node to run.", "Add at least one node that is not a note."
)
