"""The ``@node`` decorator: the signature is the schema, the docstring is the description."""

import inspect
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final, ParamSpec, TypeVar

from pixelmill.domain.catalog import NodeSignature, Port
from pixelmill.domain.values import ValueType
from pixelmill.sdk.annotations import BadDeclaration, hint_of
from pixelmill.sdk.context import NodeContext
from pixelmill.sdk.node_type import AnyNode, BadParameters, Lane, NodeType
from pixelmill.sdk.outputs import read_outputs
from pixelmill.sdk.params import defaults_of, params_model, title_of
from pixelmill.sdk.signature import Declared, Slot, read_signature
from pixelmill.sdk.widgets import VendorParameters

__all__ = ["AnyNode", "BadDeclaration", "BadParameters", "NodeContext", "NodeType", "node"]

P = ParamSpec("P")
R = TypeVar("R")
CATEGORIES: Final = ("input", "generate", "edit", "utility", "logic", "iterator", "output")
_ID: Final = re.compile(r"[a-z][a-z0-9_]*:[a-z][a-z0-9_]*")


def node(
    node_id: str,
    *,
    title: str,
    version: int = 1,
    sink: bool = False,
    aliases: tuple[str, ...] = (),
    lane: Lane = "default",
) -> Callable[[Callable[P, Awaitable[R]]], NodeType[P, R]]:
    """Offer an async function as a node. Raises BadDeclaration with one clear sentence.

    ``node_id`` is ``category:name`` and stays for ever; ``version`` moves when the meaning does,
    and with it every cached result is forgotten. ``sink`` marks an output of the workflow.
    ``aliases`` are further ids that saved graphs may use. ``lane`` says which workers run it.
    """

    def declare(function: Callable[P, Awaitable[R]]) -> NodeType[P, R]:
        category = _category(node_id)
        description = _description(function, node_id)
        if version < 1 or not title:
            raise BadDeclaration(f"{node_id}: give a title, and a version of at least 1.")
        declared = read_signature(function, node_id)
        _refuse_twice(declared, node_id)
        model = params_model(node_id, declared.fields)
        outputs = read_outputs(declared.returns, node_id)
        wire = NodeSignature(
            node_type=node_id,
            title=title,
            category=category,
            inputs=(*map(_wire, declared.wires), *map(_field, declared.fields)),
            outputs=outputs.ports,
            defaults=defaults_of(model),
            param_names=_spellings(declared),
            input_param=_input_param(category, declared, node_id),
            sink=sink,
            aliases=aliases,
            open_params=_collects(declared),
        )
        face = (node_id, title, version, category, description)
        return NodeType(*face, wire, model, function, lane, declared, outputs, node_id)

    return declare


def _category(node_id: str) -> str:
    if not _ID.fullmatch(node_id):
        raise BadDeclaration(f"{node_id!r} is no node id; write it like `edit:upscale`.")
    category = node_id.partition(":")[0]
    if category not in CATEGORIES:
        known = ", ".join(CATEGORIES)
        raise BadDeclaration(f"{node_id}: the category {category!r} is none of {known}.")
    return category


def _description(function: Callable[..., Any], node_id: str) -> str:
    text = inspect.cleandoc(function.__doc__ or "")
    if not text:
        raise BadDeclaration(f"{node_id}: write a docstring; people read it on the canvas.")
    return text


def _refuse_twice(declared: Declared, node_id: str) -> None:
    seen: set[str] = set()
    for slot in (*declared.wires, *declared.fields):
        for name in slot.spellings:
            if name in seen:
                raise BadDeclaration(f"{node_id}: the name `{name}` is taken twice.")
            seen.add(name)


def _input_param(category: str, declared: Declared, node_id: str) -> str | None:
    if category != "input":
        return None
    if not declared.fields:
        raise BadDeclaration(f"{node_id}: an input node needs a form field that a caller can set.")
    return declared.fields[0].name


def _spellings(declared: Declared) -> frozenset[str]:
    return frozenset(name for slot in declared.fields for name in slot.spellings)


def _collects(declared: Declared) -> bool:
    return any(hint_of(slot.reading.hints, VendorParameters) for slot in declared.fields)


def _wire(slot: Slot) -> Port:
    reading = slot.reading
    return Port(
        name=slot.name,
        type=reading.value_type,
        label=reading.label or title_of(slot.name),
        required=slot.required,
        many=reading.many,
        aliases=reading.aliases,
        description=reading.description,
    )


def _field(slot: Slot) -> Port:
    reading = slot.reading
    return Port(
        name=slot.name,
        type=ValueType.JSON if reading.many else reading.value_type,
        label=reading.label or title_of(slot.name),
        required=slot.required,
        is_port=False,
        aliases=reading.aliases,
        description=reading.description,
    )
