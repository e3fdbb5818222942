"""The inputs that a workflow publishes: chosen, named and ordered by its author."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import cast

from pixelmill.domain.catalog import Catalog, find_port
from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.values import JsonValue
from pixelmill.kit.naming import slug


def published_inputs(
    exposed: Sequence[ExposedInput], graph: Graph, catalog: Catalog, published: JsonValue
) -> tuple[ExposedInput, ...]:
    """The published inputs in the author's order; all of ``exposed`` where none are published.

    ``published`` lists node ids, or objects of ``nodeId`` with ``param``, ``label``,
    ``description`` and ``required: true``. Any parameter may be published. What the graph no longer
    has is left out.
    """
    if not isinstance(published, (list, tuple)) or not published:
        return tuple(exposed)
    nodes = {node.id: node for node in graph.nodes}
    found: list[ExposedInput] = []
    for raw in cast("Sequence[JsonValue]", published):
        said = cast("Mapping[str, JsonValue]", raw) if isinstance(raw, Mapping) else {"nodeId": raw}
        node = nodes.get(str(said.get("nodeId")))
        one = _found(node, said.get("param"), exposed, catalog) if node else None
        if one is not None:
            found.append(_named(one, said))
    return tuple(found)


def with_others(
    chosen: Sequence[ExposedInput], exposed: Sequence[ExposedInput], *, only_needed: bool
) -> tuple[ExposedInput, ...]:
    """The chosen inputs, then the others; with ``only_needed`` those without which nothing runs."""
    taken = {(one.node_id, one.param) for one in chosen}
    others = (one for one in exposed if (one.node_id, one.param) not in taken)
    return (*chosen, *(one for one in others if one.required or not only_needed))


def _found(
    node: Node, param: JsonValue, exposed: Sequence[ExposedInput], catalog: Catalog
) -> ExposedInput | None:
    for one in exposed:
        if one.node_id == node.id and param in (None, one.param, *one.names):
            return one
    signature = catalog[node.node_type]
    name = param if isinstance(param, str) else signature.input_param
    port = find_port(signature.inputs, name) if name else None
    if port is None:
        return None
    default = node.params.get(port.name, signature.defaults.get(port.name))
    label = f"{node.label} {port.label or port.name}"
    return ExposedInput(
        node_id=node.id,
        label=label,
        slug=slug(label),
        type=port.type.value,
        required=port.required and default in (None, ""),
        default=default,
        description=port.description,
        param=port.name,
        names=port.aliases,
        implicit=True,
    )


def _named(one: ExposedInput, said: Mapping[str, JsonValue]) -> ExposedInput:
    label, description = said.get("label"), said.get("description")
    if isinstance(label, str) and label.strip():
        one = replace(one, label=label.strip(), slug=slug(label))
    if isinstance(description, str):
        one = replace(one, description=description)
    # What nothing can run without stays required; what has a default may be made so.
    return replace(one, required=True) if said.get("required") is True else one
