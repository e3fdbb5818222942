"""Gives every model its own node: the node of its task, with the model's own form."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, create_model
from pydantic.fields import FieldInfo

from pixelmill.domain.catalog import NodeSignature, Port
from pixelmill.sdk.annotations import BadDeclaration, hint_of, read_annotation, value_type
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.params import Params, defaults_of, title_of
from pixelmill.sdk.provider import Model
from pixelmill.sdk.registry import NodeRegistry, ProviderRegistry
from pixelmill.sdk.widgets import ModelChoice, Seed, Task, VendorParameters

_THE_NODES_OWN: Final = (ModelChoice, Seed, VendorParameters)
_DOES: Final[Mapping[Task, str]] = {
    "generate": "Draw images from a prompt with {}.",
    "edit": "Change images as told in words with {}.",
    "upscale": "Enlarge an image and add detail with {}.",
    "remove_background": "Free a subject from its background with {}.",
}
_ALWAYS_KEPT: Final = frozenset({"num_images", "output_format"})


def with_models(nodes: NodeRegistry, providers: ProviderRegistry) -> NodeRegistry:
    """The nodes, and one more for each model that names node types: ``generate:flux_2_pro``.

    Such a node is the node of the model's task with the model chosen, whose form is the model's:
    fields that only the model has are added, those that it does not have are left out.
    Raises BadDeclaration when a spelling is taken, or no node serves the task.
    """
    by_task = {node.model_task: node for node in nodes.nodes if node.uses_models}
    found = list(nodes.nodes)
    for model in providers.models:
        if not model.node_types:
            continue
        if model.task not in by_task:
            raise BadDeclaration(f"The model {model.id} is for {model.task}, which no node does.")
        found.append(_node_of(model, by_task[model.task]))
    return NodeRegistry(found)


def _node_of(model: Model, base: AnyNode) -> AnyNode:
    node_type, *aliases = model.node_types
    form = _form(model, base)
    signature = replace(
        base.signature,
        node_type=node_type,
        title=model.title,
        inputs=_inputs(model, base.signature, form),
        defaults=defaults_of(form),
        param_names=base.signature.param_names | form.model_fields.keys(),
        aliases=tuple(aliases),
    )
    return replace(
        base,
        id=node_type,
        title=model.title,
        description=_description(model),
        signature=signature,
        params_model=form,
    )


def _description(model: Model) -> str:
    first = _DOES[model.task].format(model.title)
    return f"{first}\n\n{model.note}" if model.note else first


def _form(model: Model, base: AnyNode) -> type[BaseModel]:
    own = {slot.name: slot for slot in base.declared.fields}
    vendor = model.params.model_fields
    fields: dict[str, Any] = {}
    for name, info in base.params_model.model_fields.items():
        if name == base.model_param:
            choice = hint_of(own[name].reading.hints, ModelChoice)
            fields[name] = (Annotated[str, choice], model.id)
        elif any(hint_of(own[name].reading.hints, kind) for kind in _THE_NODES_OWN):
            fields[name] = (info.annotation, info)
        elif name in vendor:
            fields[name] = (vendor[name].annotation, vendor[name])
        elif name in _ALWAYS_KEPT or own[name].required or own[name].reading.is_asset:
            fields[name] = (info.annotation, info)
    for name, info in vendor.items():
        fields.setdefault(name, (info.annotation, info))
    title = "".join(part.capitalize() for part in model.id.replace(".", "-").split("-"))
    return create_model(f"{title}Params", __base__=Params, **fields)


def _inputs(model: Model, base: NodeSignature, form: type[BaseModel]) -> tuple[Port, ...]:
    known = {port.name: port for port in base.inputs}
    wires = tuple(
        replace(port, required=port.required or model.needs_reference)
        for port in base.inputs
        if port.is_port and (port.required or model.max_references > 0 or model.task != "generate")
    )
    fields = tuple(known.get(name) or _port(name, info) for name, info in form.model_fields.items())
    return (*wires, *fields)


def _port(name: str, info: FieldInfo) -> Port:
    reading = read_annotation(info.rebuild_annotation())
    return Port(
        name=name,
        type=value_type(reading.bare),
        label=info.title or title_of(name),
        required=info.is_required(),
        is_port=False,
        description=info.description or "",
    )
