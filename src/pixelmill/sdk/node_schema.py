"""The JSON Schema of a node: what its form shows, what its ports take, what it gives back."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from pixelmill.domain.catalog import NodeSignature, Port
from pixelmill.sdk.values import JsonValue


def json_schema(
    signature: NodeSignature, params: type[BaseModel], description: str
) -> dict[str, JsonValue]:
    """One JSON Schema (2020-12) of a node's inputs.

    A wire is a property with ``x-socket`` (its value type) or an array of such; a form field keeps
    its own schema and adds ``x-type``, the value type that may be wired to it, and ``x-ui``.
    ``x-outputs`` lists the output ports.
    """
    form = params.model_json_schema(by_alias=False)
    fields: Mapping[str, dict[str, JsonValue]] = form.get("properties", {})
    wires = {port.name: _wire(port) for port in signature.inputs if port.is_port}
    typed = {
        port.name: {**_plain(fields[port.name]), "x-type": port.type.value}
        for port in signature.inputs
        if port.name in fields
    }
    required = [port.name for port in signature.inputs if port.required]
    schema: dict[str, Any] = {
        "title": signature.title,
        "description": description,
        "type": "object",
        "properties": {**wires, **typed},
        "required": required,
        "x-outputs": [_output(port) for port in signature.outputs],
    }
    if "$defs" in form:
        schema["$defs"] = form["$defs"]
    return schema


def _plain(field: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """A field that may be blank, without the ``anyOf`` with null: its absence says the same."""
    schema = dict(field)
    if schema.get("default", ...) is None:
        del schema["default"]
    kinds = schema.get("anyOf", [])
    if {"type": "null"} not in kinds:
        return schema
    kept = [kind for kind in kinds if kind != {"type": "null"}]
    del schema["anyOf"]
    return {**schema, **kept[0]} if len(kept) == 1 else {**schema, "anyOf": kept}


def _wire(port: Port) -> dict[str, JsonValue]:
    socket: dict[str, JsonValue] = {"x-socket": port.type.value}
    schema = {"type": "array", "items": socket} if port.many else socket
    schema = {"title": port.label, **schema}
    return {**schema, "description": port.description} if port.description else schema


def _output(port: Port) -> dict[str, JsonValue]:
    return {
        "name": port.name,
        "title": port.label or port.name.replace("_", " ").capitalize(),
        "type": port.type.value,
        "many": port.many,
    }
