"""Describes the inputs of a workflow to those who want to run it, with an example."""

from typing import Any, Final

from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput, exposed_inputs
from pixelmill.domain.published import with_others
from pixelmill.domain.values import JsonValue, ValueType
from pixelmill.services.checking import chosen_inputs, saved_graph
from pixelmill.services.house import House, Principal
from pixelmill.services.workflows import find_workflow

_EXAMPLES: Final[dict[str, Any]] = {
    ValueType.IMAGE.value: "https://example.com/photo.jpg",
    ValueType.MASK.value: "https://example.com/mask.png",
    ValueType.NUMBER.value: 1,
    ValueType.BOOLEAN.value: True,
    ValueType.JSON.value: {},
}


async def describe_inputs(house: House, principal: Principal, workflow_id: str) -> JsonValue:
    """What ``run`` takes: the published inputs, else all. Raises WorkflowUnknown, InvalidGraph."""
    workflow = await find_workflow(house.parts.database, principal, workflow_id)
    graph = saved_graph(house, workflow)
    exposed = exposed_inputs(graph, house.parts.nodes.catalog())
    inputs = with_others(chosen_inputs(house, workflow, graph), exposed, only_needed=True)
    keys = InputKeys(inputs).valid_keys
    path = f"/api/v1/workflows/{workflow_id}/run"
    return {
        "workflowId": workflow_id,
        "workflowName": workflow["name"],
        "isActive": bool(workflow["is_active"]),
        "inputs": [_input(one, key) for one, key in zip(inputs, keys, strict=True)],
        "endpoint": f"{house.public_url}{path}",
        "method": "POST",
        "example": {"inputs": _example(inputs, keys)},
    }


def _input(one: ExposedInput, key: str) -> dict[str, JsonValue]:
    body: dict[str, JsonValue] = {
        "nodeId": one.node_id,
        "key": key,
        "param": one.param,
        "label": one.label,
        "type": _type(one),
        "required": one.required,
    }
    if one.description:
        body["description"] = one.description
    if one.default is not None:
        body["default"] = one.default
    if one.options:
        body["options"] = list(one.options)
    return body


def _type(one: ExposedInput) -> str:
    """The names that callers know: a mask is an image to them, and anything may be a text."""
    if one.type == ValueType.MASK.value:
        return ValueType.IMAGE.value
    return ValueType.TEXT.value if one.type == ValueType.ANY.value else one.type


def _example(inputs: tuple[ExposedInput, ...], keys: list[str]) -> dict[str, JsonValue]:
    """A value for each input; node ids are the keys wherever they mean one input alone."""
    found: dict[str, JsonValue] = {}
    known = InputKeys(inputs)
    for one, key in zip(inputs, keys, strict=True):
        name = one.node_id if known.find(one.node_id) is one else key
        usual: JsonValue = one.options[0] if one.options else _EXAMPLES.get(one.type, one.label)
        found[name] = usual if one.default in (None, "") else one.default
    return found
