"""What a node runs with: parameters by precedence, names filled in, values from its wires."""

from collections.abc import Mapping
from typing import Any, cast

from pixelmill.domain.catalog import find_port
from pixelmill.domain.graph import Node
from pixelmill.domain.inputs import effective_params, named_values
from pixelmill.domain.prompt_text import fill
from pixelmill.domain.values import JsonValue, ValueType, as_text
from pixelmill.engine.job import Job
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.values import Image, Mask


def params_of(job: Job, node: Node, node_type: AnyNode) -> dict[str, JsonValue]:
    """The effective parameters of a node for this item, names in the author's texts filled in."""
    overrides = cast("Mapping[str, Any]", job.item["overrides"] or {})
    params = _same_for_all(job, node, node_type)
    if any(isinstance(value, str) and "{{" in value for value in params.values()):
        names = values_for_names(job)
        params = {
            name: fill(value, names) if isinstance(value, str) else value
            for name, value in params.items()
        }
    # What comes with an item is data: names in it are not looked at.
    own = overrides.get(node.id)
    if own:
        params.update(node_type.settled(own))
    return {name: value for name, value in params.items() if value is not None}


def _same_for_all(job: Job, node: Node, node_type: AnyNode) -> dict[str, JsonValue]:
    order = job.order
    known = order.merged.get(node.id)
    if known is None:
        known = merged_params(node, node_type, order.node_overrides.get(node.id), None)
        order.merged[node.id] = known
    return dict(known)


def merged_params(
    node: Node,
    node_type: AnyNode,
    call: Mapping[str, JsonValue] | None,
    item: Mapping[str, JsonValue] | None,
) -> dict[str, JsonValue]:
    """Defaults, graph, call and item laid over each other, every name in its one spelling."""
    return effective_params(
        node, node_type.signature.defaults, call, item, settled=node_type.settled
    )


def values_for_names(job: Job) -> dict[str, JsonValue]:
    """What ``{{name}}`` may mean: this item's inputs and what the trigger brought."""
    item = job.item
    values = named_values(job.order.inputs, item["inputs"] or {}, item["overrides"] or {})
    return {**values, "trigger": job.order.trigger_data}


def wired(job: Job, node: Node, node_type: AnyNode) -> dict[str, JsonValue]:
    """Values by input port; a port that takes many has a list in the order of its wires."""
    found: dict[str, JsonValue] = {}
    for edge in job.order.plan.incoming[node.id]:
        value = job.outputs[edge.source].get(edge.source_port)
        port = find_port(node_type.signature.inputs, edge.target_port)
        if port is None:
            continue
        if port.type is ValueType.TEXT and not isinstance(value, str) and value is not None:
            value = as_text(value)
        if port.many:
            lists = found.setdefault(port.name, [])
            lists.extend(value if isinstance(value, list) else [value])
        else:
            found[port.name] = value
    return found


def fan_out(node_type: AnyNode, inputs: Mapping[str, JsonValue]) -> list[dict[str, JsonValue]]:
    """The inputs of each call: one, or as many as the longest list on a port that takes one."""
    lists = {
        name: cast("list[JsonValue]", value)
        for name, value in inputs.items()
        if isinstance(value, list) and _takes_one_asset(node_type, name, value)
    }
    longest = max((len(value) for value in lists.values()), default=1)
    calls: list[dict[str, JsonValue]] = []
    for at in range(longest):
        single = {name: value[at % len(value)] for name, value in lists.items() if value}
        calls.append({**inputs, **single})
    return calls


def _takes_one_asset(node_type: AnyNode, name: str, value: JsonValue) -> bool:
    port = find_port(node_type.signature.inputs, name)
    if port is None or port.many:
        return False
    return any(isinstance(one, (Image, Mask)) for one in cast("list[JsonValue]", value))
