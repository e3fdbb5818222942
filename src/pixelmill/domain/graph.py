"""A graph of nodes and edges, and the questions asked of it."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field

from pixelmill.domain.catalog import Catalog
from pixelmill.domain.values import JsonValue


@dataclass(frozen=True, slots=True)
class Node:
    """One node as executed: ``params`` hold what the graph sets; ``number`` counts from 1."""

    id: str
    node_type: str
    label: str
    params: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    number: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """One wire between two ports; ``slot`` orders the wires of a port that takes many."""

    id: str
    source: str
    source_port: str
    target: str
    target_port: str
    slot: int = 0


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes and edges that were read without a violation: no cycle, every end exists."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def numbering(graph: Graph) -> dict[str, int]:
    """Topological numbers 1..n by node id; of several possible nodes the one drawn first wins.

    Nodes on or behind a cycle get no number.
    """
    place = {node.id: index for index, node in enumerate(graph.nodes)}
    following: dict[str, list[str]] = {node_id: [] for node_id in place}
    waiting = dict.fromkeys(place, 0)
    for edge in graph.edges:
        following[edge.source].append(edge.target)
        waiting[edge.target] += 1
    heap = [place[node_id] for node_id, count in waiting.items() if not count]
    numbers: dict[str, int] = {}
    while heap:
        node_id = graph.nodes[heapq.heappop(heap)].id
        numbers[node_id] = len(numbers) + 1
        for below in following[node_id]:
            waiting[below] -= 1
            if not waiting[below]:
                heapq.heappush(heap, place[below])
    return numbers


def ancestors(graph: Graph, node_id: str) -> frozenset[str]:
    """Every node above ``node_id``, without itself. Raises KeyError for an unknown id."""
    return _reach(_neighbours(graph, forward=False), node_id)


def descendants(graph: Graph, node_id: str) -> frozenset[str]:
    """Every node below ``node_id``, without itself. Raises KeyError for an unknown id."""
    return _reach(_neighbours(graph, forward=True), node_id)


def upstream(graph: Graph, node_id: str) -> Graph:
    """The part of the graph that ``node_id`` needs, with itself."""
    kept = ancestors(graph, node_id) | {node_id}
    return Graph(
        tuple(node for node in graph.nodes if node.id in kept),
        tuple(edge for edge in graph.edges if edge.source in kept and edge.target in kept),
    )


def outputs(graph: Graph, catalog: Catalog) -> tuple[str, ...]:
    """The nodes whose results count: the output nodes, or without one every leaf."""
    sinks = tuple(
        node.id
        for node in graph.nodes
        if (signature := catalog.get(node.node_type)) is not None and signature.sink
    )
    if sinks:
        return sinks
    sources = {edge.source for edge in graph.edges}
    return tuple(node.id for node in graph.nodes if node.id not in sources)


def levels(graph: Graph) -> tuple[tuple[str, ...], ...]:
    """Nodes by their distance from the top: those of one level could run side by side."""
    above = _neighbours(graph, forward=False)
    depth: dict[str, int] = {}
    for node_id in numbering(graph):
        depth[node_id] = 1 + max((depth[parent] for parent in above[node_id]), default=-1)
    rows: list[list[str]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node_id, row in depth.items():
        rows[row].append(node_id)
    return tuple(tuple(row) for row in rows)


def _neighbours(graph: Graph, *, forward: bool) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {node.id: {} for node in graph.nodes}
    for edge in graph.edges:
        here, there = (edge.source, edge.target) if forward else (edge.target, edge.source)
        found[here][there] = None
    return {node_id: tuple(others) for node_id, others in found.items()}


def _reach(neighbours: Mapping[str, tuple[str, ...]], start: str) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(neighbours[start])
    while waiting:
        node_id = waiting.pop()
        if node_id not in seen:
            seen.add(node_id)
            waiting.extend(neighbours[node_id])
    return frozenset(seen)
