"""Reads a workflow from a file, and applies the settings given beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

import orjson

from pixelmill.domain.catalog import NodeSignature, Port, find_port
from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.values import JsonValue, ValueType
from pixelmill.kit.naming import slug
from pixelmill.kit.problems import Problem
from pixelmill.sdk.registry import NodeRegistry
from pixelmill.services.workflows import Drawing


class BadWorkflowFile(Problem):
    """This file holds no workflow: an object with 'name', 'nodes' and 'edges'."""

    code: ClassVar[str] = "invalid_workflow_file"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Workflow file not readable"


class BadSetting(Problem):
    """A setting is written node.parameter=value."""

    code: ClassVar[str] = "invalid_setting"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Setting not usable"


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """What a workflow's file says."""

    name: str
    drawing: Drawing
    description: str = ""


def read_workflow(data: bytes, name: str) -> WorkflowFile:
    """The workflow in ``data``; ``name`` is the file's. Raises BadWorkflowFile."""
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadWorkflowFile(f"{name} is no JSON: {error}.") from error
    if not isinstance(document, dict):
        raise BadWorkflowFile(f"{name} holds no object with 'nodes' and 'edges'.")
    read = cast("dict[str, Any]", document)
    nodes, edges = read.get("nodes"), read.get("edges", [])
    if not _is_list_of_objects(nodes) or not _is_list_of_objects(edges):
        raise BadWorkflowFile(f"{name}: 'nodes' and 'edges' are lists of objects. Export it again.")
    title = read.get("name")
    return WorkflowFile(
        title.strip()[:200] if isinstance(title, str) and title.strip() else _stem(name),
        Drawing(cast("Sequence[Any]", nodes), cast("Sequence[Any]", edges)),
        str(read.get("description") or ""),
    )


def with_settings(
    drawing: Drawing, graph: Graph, nodes: NodeRegistry, settings: Sequence[str]
) -> Drawing:
    """The drawing with each ``node.parameter=value`` applied; the node by id, label or slug.

    A value for a text is taken as it stands, any other is read as JSON where it is JSON. Raises
    BadSetting naming what there is to choose from.
    """
    changes: dict[str, dict[str, JsonValue]] = {}
    for setting in settings:
        target, equals, text = setting.partition("=")
        name, dot, param = target.rpartition(".")
        if not equals or not dot or not name or not param:
            raise BadSetting(f"--set {setting}: write it as node.parameter=value.")
        node = _find_node(graph, name.strip())
        signature = nodes[node.node_type].signature
        port = _find_param(signature, node, param.strip())
        changes.setdefault(node.id, {})[port.name] = _value(text, port)
    return Drawing(
        [_changed(node, changes.get(str(node.get("id")))) for node in drawing.nodes], drawing.edges
    )


def _changed(
    node: Mapping[str, JsonValue], changes: Mapping[str, JsonValue] | None
) -> Mapping[str, JsonValue]:
    if not changes:
        return node
    data = cast("Mapping[str, Any]", node.get("data") or {})
    # Of the places where a parameter may stand, config has the last word.
    return {**node, "data": {**data, "config": {**(data.get("config") or {}), **changes}}}


def _find_node(graph: Graph, name: str) -> Node:
    for matches in (
        [node for node in graph.nodes if node.id == name],
        [node for node in graph.nodes if node.label.casefold() == name.casefold()],
        [node for node in graph.nodes if slug(name) and slug(node.label) == slug(name)],
    ):
        if len(matches) == 1:
            return matches[0]
    known = ", ".join(node.id for node in graph.nodes)
    raise BadSetting(f"--set: the workflow has no node '{name}'. Nodes: {known}.")


def _find_param(signature: NodeSignature, node: Node, name: str) -> Port:
    port = find_port(signature.inputs, name)
    if port is not None and not port.is_port:
        return port
    if signature.open_params:
        return Port(name, ValueType.ANY)
    known = ", ".join(port.name for port in signature.inputs if not port.is_port)
    raise BadSetting(f"--set: the node '{node.id}' has no parameter '{name}'. It has: {known}.")


def _value(text: str, port: Port) -> JsonValue:
    if port.type is ValueType.TEXT:
        return text
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) for one in cast("list[object]", value)
    )


def _stem(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[0] or name
