"""A graph compiled for the engine, and what may run next."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter

from pixelmill.domain.catalog import Catalog
from pixelmill.domain.graph import Edge, Graph, Node, numbering, outputs, upstream
from pixelmill.domain.node_run import NODE_STOPPED, NodeState


@dataclass(frozen=True, slots=True)
class Plan:
    """Nodes in the order of their numbers, with everything looked up once.

    ``incoming`` lists the wires of a node by port and slot; ``parents`` names each source once.
    """

    order: tuple[Node, ...]
    nodes: Mapping[str, Node]
    incoming: Mapping[str, tuple[Edge, ...]]
    outgoing: Mapping[str, tuple[Edge, ...]]
    parents: Mapping[str, tuple[str, ...]]
    outputs: tuple[str, ...]


def compile_plan(graph: Graph, catalog: Catalog, target: str | None = None) -> Plan:
    """The plan of a graph; with ``target``, of that node and all it needs (its only output).

    Numbers are those of the whole graph. Raises ValueError for a cycle, KeyError for an unknown
    target.
    """
    numbers = numbering(graph)
    if len(numbers) != len(graph.nodes):
        raise ValueError("A graph with a cycle cannot be planned.")
    part = graph if target is None else upstream(graph, target)
    order = sorted(
        (
            Node(node.id, node.node_type, node.label, node.params, numbers[node.id])
            for node in part.nodes
        ),
        key=attrgetter("number"),
    )
    incoming: dict[str, list[Edge]] = {node.id: [] for node in order}
    outgoing: dict[str, list[Edge]] = {node.id: [] for node in order}
    for edge in sorted(part.edges, key=attrgetter("target_port", "slot")):
        incoming[edge.target].append(edge)
    for edge in part.edges:
        outgoing[edge.source].append(edge)
    return Plan(
        order=tuple(order),
        nodes={node.id: node for node in order},
        incoming={node_id: tuple(edges) for node_id, edges in incoming.items()},
        outgoing={node_id: tuple(edges) for node_id, edges in outgoing.items()},
        parents={
            node_id: tuple(dict.fromkeys(edge.source for edge in edges))
            for node_id, edges in incoming.items()
        },
        outputs=outputs(part, catalog) if target is None else (target,),
    )


def ready(plan: Plan, states: Mapping[str, NodeState]) -> list[str]:
    """Nodes that may start now, in order: pending, and everything above completed.

    A node without an entry in ``states`` is pending.
    """
    state_of = states.get
    pending, completed = NodeState.PENDING, NodeState.COMPLETED
    found: list[str] = []
    for node_id, above in plan.parents.items():
        if state_of(node_id, pending) != pending:
            continue
        for parent in above:
            if state_of(parent) != completed:
                break
        else:
            found.append(node_id)
    return found


def blocked(plan: Plan, states: Mapping[str, NodeState]) -> list[str]:
    """Pending nodes that can never run, in order, since something above stopped short."""
    stopped = {node_id for node_id, state in states.items() if state in NODE_STOPPED}
    if not stopped:
        return []
    state_of = states.get
    found: list[str] = []
    for node_id, above in plan.parents.items():
        if state_of(node_id, NodeState.PENDING) == NodeState.PENDING and not stopped.isdisjoint(
            above
        ):
            stopped.add(node_id)
            found.append(node_id)
    return found
