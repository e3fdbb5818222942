"""Reading one node of a canvas document: its type, its label, its settings."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from pixelmill.domain.catalog import Catalog, NodeSignature
from pixelmill.domain.graph import Node
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Rule, Violation
from pixelmill.kit.canonical import has_non_finite

RESULT_KEYS: Final = frozenset({"result", "output", "selectedOutput", "selectedIndex"})
"""Keys under which a canvas caches results; never settings."""

_OWN_KEYS: Final = frozenset(
    {"id", "type", "position", "data", "label", "category", "nodeType", "inputs", "outputs"}
    | {"params", "config"}
)


class NodeReader:
    """Collects the nodes of one document, what is wrong with them, and what was set aside."""

    def __init__(self, catalog: Catalog, decorations: frozenset[str]) -> None:
        self._catalog = catalog
        self._decorations = decorations
        self.nodes: list[Node] = []
        self.violations: list[Violation] = []
        self.warnings: list[Violation] = []
        self.seen: set[str] = set()
        """Ids of all nodes that are meant to run, also of those with a violation."""
        self.decorations: set[str] = set()

    def read(self, raw: object, index: int) -> None:
        """Take in the ``index``-th node of the document."""
        node = as_mapping(raw)
        if node is None:
            self._violate(
                Rule.MALFORMED, f"Node {index + 1} is no object.", "Send nodes as JSON objects."
            )
            return
        data = as_mapping(node.get("data")) or node
        node_id = node.get("id")
        is_text = isinstance(node_id, str) and node_id != ""
        node_type = _node_type(node, data, self._catalog)
        if not self._decorations.isdisjoint((node_type, _first_text(node.get("type")))):
            if is_text:
                self.decorations.add(cast("str", node_id))
        elif not is_text:
            self.seen.add("")
            self._violate(
                Rule.MISSING_ID,
                f"Node {index + 1} has no id.",
                "Give every node an 'id' of its own, as a text.",
            )
        else:
            self._take(cast("str", node_id), node_type, node, data)

    def _take(
        self,
        node_id: str,
        node_type: str,
        node: Mapping[str, JsonValue],
        data: Mapping[str, JsonValue],
    ) -> None:
        if node_id in self.seen:
            self._violate(
                Rule.DUPLICATE_ID,
                f"More than one node has the id '{node_id}'.",
                "Give each node an id of its own.",
                node_id,
            )
            return
        self.seen.add(node_id)
        signature = self._catalog.get(node_type)
        if signature is None:
            self._violate(*_unknown_type(node_id, node_type, self._catalog), node_id)
            return
        label = _first_text(data.get("label"), node.get("label")) or signature.title
        params = self._params(node_id, signature, node, data)
        self.nodes.append(Node(node_id, signature.node_type, label, params))

    def _params(
        self,
        node_id: str,
        signature: NodeSignature,
        node: Mapping[str, JsonValue],
        data: Mapping[str, JsonValue],
    ) -> dict[str, JsonValue]:
        """Settings by name: flat known keys, then ``params``, then ``config``; later wins."""
        known = signature.param_names
        flat = {
            name: value
            for name, value in data.items()
            if name in known and name not in _OWN_KEYS and not _is_model_object(name, value)
        }
        params = _settled(flat, signature)
        for layer in _nested_settings(node, data):
            kept: dict[str, JsonValue] = {}
            for name, value in layer.items():
                if name in known or (signature.open_params and name not in RESULT_KEYS):
                    kept[name] = value
                elif name not in RESULT_KEYS:
                    self._warn_unknown(node_id, signature, str(name))
            params.update(_settled(kept, signature))
        for name in [name for name, value in params.items() if value is None]:
            del params[name]
        for name, value in params.items():
            if has_non_finite(value):
                self._violate(
                    Rule.NOT_A_NUMBER,
                    f"Parameter '{name}' of node '{node_id}' is not a number that JSON knows.",
                    "Give a finite number.",
                    node_id,
                )
        return params

    def _warn_unknown(self, node_id: str, signature: NodeSignature, name: str) -> None:
        self.warnings.append(
            Violation(
                Rule.UNKNOWN_PARAM,
                f"Node '{node_id}' ({signature.node_type}) has no parameter '{name}'; "
                f"it is kept and ignored.{did_you_mean(name, signature.param_names)}",
                "Remove it, or correct its spelling.",
                node_id,
            )
        )

    def _violate(self, rule: str, message: str, fix: str, node_id: str | None = None) -> None:
        self.violations.append(Violation(rule, message, fix, node_id))


def as_mapping(value: object) -> Mapping[str, JsonValue] | None:
    """``value`` as a JSON object, or None."""
    return cast("Mapping[str, Any]", value) if isinstance(value, Mapping) else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """`` Did you mean 'x'?`` with the nearest known name, or nothing."""
    near = difflib.get_close_matches(given[:80], list(known), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""


def _node_type(
    node: Mapping[str, JsonValue], data: Mapping[str, JsonValue], catalog: Catalog
) -> str:
    model = as_mapping(data.get("model"))
    named = _first_text(
        data.get("nodeType"), node.get("nodeType"), model.get("name") if model else None
    )
    if named:
        return named
    # The oldest documents name the model alone, hand-written ones put the node type in ``type``.
    for spelling in (data.get("model"), data.get("type"), node.get("type")):
        if isinstance(spelling, str) and spelling in catalog:
            return spelling
    return _first_text(data.get("type"), node.get("type"))


def _first_text(*values: object) -> str:
    return next((value for value in values if isinstance(value, str) and value), "")


def _is_model_object(name: str, value: object) -> bool:
    return name == "model" and isinstance(value, Mapping)


def _nested_settings(
    node: Mapping[str, JsonValue], data: Mapping[str, JsonValue]
) -> Iterator[Mapping[str, JsonValue]]:
    for holder in (node, data) if node is not data else (data,):
        for key in ("params", "config"):
            yield as_mapping(holder.get(key)) or {}


def _settled(layer: dict[str, JsonValue], signature: NodeSignature) -> dict[str, JsonValue]:
    """The layer with every alias under its parameter's own name, which wins where both stand."""
    for port in signature.inputs:
        for alias in port.aliases:
            if not port.is_port and alias in layer:
                layer.setdefault(port.name, layer.pop(alias))
    return layer


def _unknown_type(node_id: str, node_type: str, catalog: Catalog) -> tuple[Rule, str, str]:
    if not node_type:
        return (
            Rule.UNKNOWN_NODE_TYPE,
            f"Node '{node_id}' does not say what it is.",
            "Set 'data.nodeType' to one of the node types in the catalog.",
        )
    hint = did_you_mean(node_type, catalog)
    return (
        Rule.UNKNOWN_NODE_TYPE,
        f"Node '{node_id}' has the unknown type '{node_type[:80]}'.{hint}",
        "Choose a node type from the catalog, or install the package that brings this one.",
    )
