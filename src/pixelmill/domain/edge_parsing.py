"""Reading the edges of a canvas document: handles with or without prefix, aliases, gaps."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pixelmill.domain.catalog import Catalog, NodeSignature, Port, find_port
from pixelmill.domain.graph import Edge, Node
from pixelmill.domain.node_parsing import NodeReader, as_mapping
from pixelmill.domain.port_matching import matching_pairs
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Rule, Violation

_NUMBERED: Final = re.compile(r"(.*?)_?(\d{1,3})?", re.ASCII | re.DOTALL)


@dataclass(slots=True)
class Wires:
    """Edges that were read, and what is wrong with the others.

    ``unclear`` names nodes that have a faulty wire coming in, so that a missing input is not
    reported beside the fault that explains it.
    """

    edges: list[Edge] = field(default_factory=list[Edge])
    violations: list[Violation] = field(default_factory=list[Violation])
    warnings: list[Violation] = field(default_factory=list[Violation])
    unclear: set[str] = field(default_factory=set[str])


def read_edges(raw_edges: Sequence[object], reader: NodeReader, catalog: Catalog) -> Wires:
    """The wires between the nodes that ``reader`` has taken in."""
    wires = Wires()
    nodes = {node.id: node for node in reader.nodes}
    ids: set[str] = set()
    for index, raw in enumerate(raw_edges):
        edge = as_mapping(raw)
        if edge is None:
            wires.violations.append(
                Violation(
                    Rule.MALFORMED, f"Edge {index + 1} is no object.", "Send edges as JSON objects."
                )
            )
            continue
        edge_id = _edge_id(edge, index, ids)
        ids.add(edge_id)
        if _ends_exist(edge, edge_id, reader, wires):
            _connect(edge, edge_id, nodes, catalog, wires)
    _drop_repeated(wires)
    return wires


def _edge_id(edge: Mapping[str, JsonValue], index: int, taken: set[str]) -> str:
    given = edge.get("id")
    if isinstance(given, str) and given and given not in taken:
        return given
    number = index + 1
    while (name := f"edge-{number}") in taken:
        number += 1
    return name


def _ends_exist(
    edge: Mapping[str, JsonValue], edge_id: str, reader: NodeReader, wires: Wires
) -> bool:
    both = True
    for end in ("source", "target"):
        node_id = edge.get(end)
        if isinstance(node_id, str) and node_id in reader.decorations:
            return False
        name = node_id[:80] if isinstance(node_id, str) else ""
        if not (name and node_id in reader.seen):
            both = False
            _mark_unclear(edge, wires)
            wires.violations.append(
                Violation(
                    Rule.DANGLING_EDGE,
                    f"Edge '{edge_id}' has no {end} node '{name}'.",
                    "Remove the edge, or connect it to a node of this graph.",
                    edge_id=edge_id,
                )
            )
    return both


def _mark_unclear(edge: Mapping[str, JsonValue], wires: Wires) -> None:
    target = edge.get("target")
    if isinstance(target, str):
        wires.unclear.add(target)


def _connect(
    edge: Mapping[str, JsonValue],
    edge_id: str,
    nodes: Mapping[str, Node],
    catalog: Catalog,
    wires: Wires,
) -> None:
    source, target = nodes.get(str(edge["source"])), nodes.get(str(edge["target"]))
    if source is None or target is None:
        # One end has an unknown type, which is reported there.
        _mark_unclear(edge, wires)
        return
    ends = _Ends(edge_id, source, target, catalog[source.node_type], catalog[target.node_type])
    found = ends.resolve(_port_name(edge, "source"), _port_name(edge, "target"))
    if isinstance(found, Violation):
        wires.violations.append(found)
        wires.unclear.add(target.id)
    else:
        wires.edges.append(found)


def _port_name(edge: Mapping[str, JsonValue], end: str) -> str:
    handle = edge.get(f"{end}Handle")
    return handle if isinstance(handle, str) else ""


def _drop_repeated(wires: Wires) -> None:
    kept: dict[Edge, Edge] = {}
    for edge in wires.edges:
        first = kept.setdefault(replace(edge, id=""), edge)
        if first is not edge:
            wires.warnings.append(
                Violation(
                    Rule.REPEATED_EDGE,
                    f"Edge '{edge.id}' repeats edge '{first.id}'; it is ignored.",
                    "Remove one of the two.",
                    edge.target,
                    edge.id,
                )
            )
    wires.edges = list(kept.values())


@dataclass(frozen=True, slots=True)
class _Ends:
    """The two nodes of one edge and what their types declare."""

    edge_id: str
    source: Node
    target: Node
    gives: NodeSignature
    takes: NodeSignature

    def resolve(self, source_handle: str, target_handle: str) -> Edge | Violation:
        outs, ins = self.gives.outputs, self.takes.inputs
        slot = 0
        if source_handle:
            port = _named(outs, source_handle, "out-")
            if port is None:
                return self._bad_source(source_handle)
            outs = (port,)
        if target_handle:
            port, slot = _numbered(ins, target_handle)
            if port is None:
                return self._bad_target(target_handle)
            ins = (port,)
        return self._pair(outs, ins, slot)

    def _pair(self, outs: tuple[Port, ...], ins: tuple[Port, ...], slot: int) -> Edge | Violation:
        pairs = matching_pairs(outs, ins)
        if len(pairs) == 1:
            out, into = pairs[0]
            return Edge(self.edge_id, self.source.id, out.name, self.target.id, into.name, slot)
        if pairs:
            return self._ambiguous(pairs)
        return self._mismatch(outs, ins)

    def _ambiguous(self, pairs: list[tuple[Port, Port]]) -> Violation:
        sources = list(dict.fromkeys(out.name for out, _ in pairs))
        targets = list(dict.fromkeys(into.name for _, into in pairs))
        if len(targets) > 1:
            return self._violation(
                Rule.BAD_TARGET_HANDLE,
                f"Edge '{self.edge_id}' does not say where in node '{self.target.id}' it ends.",
                f"Set 'targetHandle' to one of {_handles(targets, 'in-')}.",
            )
        return self._violation(
            Rule.BAD_SOURCE_HANDLE,
            f"Edge '{self.edge_id}' does not say where in node '{self.source.id}' it begins.",
            f"Set 'sourceHandle' to one of {_handles(sources, 'out-')}.",
        )

    def _mismatch(self, outs: tuple[Port, ...], ins: tuple[Port, ...]) -> Violation:
        if not outs:
            return self._bad_source("")
        if not ins:
            return self._bad_target("")
        given, wanted = _kinds(outs), _kinds(ins)
        where = f"port '{ins[0].name}' of node" if len(ins) == 1 else "node"
        return self._violation(
            Rule.TYPE_MISMATCH,
            f"Edge '{self.edge_id}' carries {given} from node '{self.source.id}' into {where} "
            f"'{self.target.id}', which takes {wanted}.",
            f"Wire a node that gives {wanted} instead.",
        )

    def _bad_source(self, handle: str) -> Violation:
        names = [port.name for port in self.gives.outputs]
        return self._violation(
            Rule.BAD_SOURCE_HANDLE,
            f"Node '{self.source.id}' ({self.gives.node_type}) has no output "
            f"'{_bare(handle, 'out-')}'."
            if names
            else f"Node '{self.source.id}' ({self.gives.node_type}) gives nothing on.",
            f"Use one of {_handles(names, 'out-')}." if names else "Remove the edge.",
        )

    def _bad_target(self, handle: str) -> Violation:
        names = [port.name for port in self.takes.inputs]
        return self._violation(
            Rule.BAD_TARGET_HANDLE,
            f"Node '{self.target.id}' ({self.takes.node_type}) has no input "
            f"'{_bare(handle, 'in-')}'."
            if names
            else f"Node '{self.target.id}' ({self.takes.node_type}) takes no input.",
            f"Use one of {_handles(names, 'in-')}." if names else "Remove the edge.",
        )

    def _violation(self, rule: Rule, message: str, fix: str) -> Violation:
        return Violation(rule, message, fix, self.target.id, self.edge_id)


def _named(ports: tuple[Port, ...], handle: str, prefix: str) -> Port | None:
    return find_port(ports, handle) or find_port(ports, _bare(handle, prefix))


def _numbered(ports: tuple[Port, ...], handle: str) -> tuple[Port | None, int]:
    """The port of a handle, and the slot that ``in-image2`` means on a port that takes many."""
    port = _named(ports, handle, "in-")
    if port is not None:
        return port, 0
    match = _NUMBERED.fullmatch(_bare(handle, "in-"))
    if match is None:
        return None, 0
    base, slot = match[1], int(match[2] or 0)
    for port in ports:
        if port.many and base in _singulars(port):
            return port, slot
    return None, 0


def _singulars(port: Port) -> set[str]:
    names = {port.name, *port.aliases}
    return names | {name.removesuffix("s") for name in names} | {n.rstrip("1") for n in names}


def _bare(handle: str, prefix: str) -> str:
    return handle[:80].removeprefix(prefix)


def _handles(names: list[str], prefix: str) -> str:
    return ", ".join(f"'{prefix}{name}'" for name in names)


def _kinds(ports: tuple[Port, ...]) -> str:
    return " or ".join(dict.fromkeys(port.type.value for port in ports))
