"""What a caller may set: the inputs of a workflow, and the parameters that follow from them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from pixelmill.domain.catalog import Catalog, NodeSignature, Port, find_port
from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.prompt_text import names_in
from pixelmill.domain.values import JsonValue, ValueType
from pixelmill.kit.naming import slug


@dataclass(frozen=True, slots=True)
class ExposedInput:
    """One input of a workflow as callers see it.

    ``type`` is a value type or ``select`` (then with ``options``). ``default`` is what the saved
    workflow holds; ``required`` inputs have none. ``names`` are other spellings of ``param``,
    ``port_names`` those of the node's outputs; both are keys where only one input has them.
    ``implicit`` inputs are open parameters of a node that is no input node.
    """

    node_id: str
    label: str
    slug: str
    type: str
    required: bool
    default: JsonValue
    description: str
    param: str
    names: tuple[str, ...] = ()
    port_names: tuple[str, ...] = ()
    options: tuple[JsonValue, ...] = ()
    implicit: bool = False


def exposed_inputs(graph: Graph, catalog: Catalog) -> tuple[ExposedInput, ...]:
    """The inputs of a workflow, in the order of its nodes.

    These are its input nodes without an incoming edge, and the required parameters elsewhere that
    have neither a wire nor a value. Where there is no input node, required parameters without a
    wire are inputs although they have a value. Names that a text asks for (``{{mood}}``) and that
    no input node is called by are inputs, too.
    """
    wired = {(edge.target, edge.target_port) for edge in graph.edges}
    fed = {edge.target for edge in graph.edges}
    signatures = {node.id: catalog[node.node_type] for node in graph.nodes}
    no_input_node = all(signature.input_param is None for signature in signatures.values())
    found: list[ExposedInput] = []
    for node in graph.nodes:
        signature = signatures[node.id]
        if signature.input_param is None:
            found.extend(_open_params(node, signature, wired, filled_too=no_input_node))
        elif node.id not in fed:
            found.append(_input_node(node, signature, signature.input_param))
    found.extend(_names_in_texts(graph, found))
    return tuple(found)


def named_values(
    graph_inputs: Sequence[ExposedInput],
    given: Mapping[str, JsonValue],
    overrides: Mapping[str, Mapping[str, JsonValue]],
) -> dict[str, JsonValue]:
    """What ``{{name}}`` stands for in one item: its inputs by key, label and slug, or defaults."""
    values: dict[str, JsonValue] = {}
    for one in graph_inputs:
        value = overrides.get(one.node_id, {}).get(one.param, one.default)
        if value is not None:
            values |= {one.node_id: value, one.label: value, one.slug.replace("-", "_"): value}
    return {**values, **given}


def resolve_keys(
    exposed: Sequence[ExposedInput], given: Mapping[str, JsonValue]
) -> dict[str, dict[str, JsonValue]]:
    """Values by node id and parameter: a key is a node id, a label, a slug or a unique name.

    Raises UnknownInput listing the valid keys. For many rows keep one InputKeys instead.
    """
    return InputKeys(exposed).resolve(given)


def effective_params(
    node: Node,
    defaults: Mapping[str, JsonValue],
    node_overrides: Mapping[str, JsonValue] | None = None,
    item_overrides: Mapping[str, JsonValue] | None = None,
    *,
    settled: Callable[[Mapping[str, JsonValue]], Mapping[str, JsonValue]] | None = None,
) -> dict[str, JsonValue]:
    """The parameters a node runs with: defaults, graph, call, item; the later wins.

    ``settled`` brings each layer to one spelling before they are laid over each other, so that an
    alias in a later layer still replaces what stands in an earlier one.
    """
    params = dict(defaults)
    for layer in (node.params, node_overrides, item_overrides):
        if layer:
            params.update(settled(layer) if settled else layer)
    return params


def _names_in_texts(graph: Graph, found: Sequence[ExposedInput]) -> Iterator[ExposedInput]:
    seen = {name for one in found for name in (one.node_id, one.label, one.slug.replace("-", "_"))}
    for node in graph.nodes:
        texts = [value for value in node.params.values() if isinstance(value, str)]
        for name in (name for text in texts for name in names_in(text)):
            if name in seen or "." in name:
                continue
            seen.add(name)
            yield ExposedInput(
                node_id=node.id,
                label=name,
                slug=slug(name),
                type=ValueType.TEXT.value,
                required=True,
                default=None,
                description=f"Stands for {{{{{name}}}}} in {node.label}.",
                param=name,
                names=(name,),
                implicit=True,
            )


def _input_node(node: Node, signature: NodeSignature, param: str) -> ExposedInput:
    port = find_port(signature.inputs, param)
    default = _value(node, signature, param)
    options = _options(node, signature)
    kind = port.type if port else next((out.type for out in signature.outputs), ValueType.TEXT)
    port_names = [name for out in signature.outputs for name in (out.name, *out.aliases)]
    return ExposedInput(
        node_id=node.id,
        label=node.label,
        slug=slug(node.label),
        type=kind.value if options is None else "select",
        required=port is not None and port.required and default in (None, ""),
        default=default,
        description=port.description if port else "",
        param=param,
        names=port.aliases if port else (),
        port_names=tuple(dict.fromkeys(port_names)),
        options=options or (),
    )


def _open_params(
    node: Node, signature: NodeSignature, wired: set[tuple[str, str]], *, filled_too: bool
) -> Iterator[ExposedInput]:
    ports = [
        port
        for port in signature.inputs
        if port.required
        and not port.is_port
        and (node.id, port.name) not in wired
        and (filled_too or _value(node, signature, port.name) in (None, ""))
    ]
    for port in ports:
        label = node.label if len(ports) == 1 else f"{node.label} {port.label or port.name}"
        yield _open_param(node, signature, port, label)


def _open_param(node: Node, signature: NodeSignature, port: Port, label: str) -> ExposedInput:
    default = _value(node, signature, port.name)
    return ExposedInput(
        node_id=node.id,
        label=label,
        slug=slug(label),
        type=port.type.value,
        required=default in (None, ""),
        default=default,
        description=port.description,
        param=port.name,
        names=port.aliases,
        implicit=True,
    )


def _options(node: Node, signature: NodeSignature) -> tuple[JsonValue, ...] | None:
    options = _value(node, signature, "options")
    if isinstance(options, (list, tuple)):
        return tuple(cast("Sequence[JsonValue]", options))
    return None


def _value(node: Node, signature: NodeSignature, param: str) -> JsonValue:
    return node.params.get(param, signature.defaults.get(param))
