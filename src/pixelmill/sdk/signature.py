"""Reads a node function's signature: wires before ``*``, form fields after it."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, get_type_hints

from pixelmill.domain.values import ValueType
from pixelmill.sdk.annotations import BadDeclaration, Reading, read_annotation
from pixelmill.sdk.context import NodeContext

REQUIRED: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter of a node: a wire or a form field. ``default`` may be ``REQUIRED``."""

    name: str
    annotation: Any
    reading: Reading
    default: Any

    @property
    def required(self) -> bool:
        """Whether a value must be given."""
        return self.default is REQUIRED

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.reading.aliases)


@dataclass(frozen=True, slots=True)
class Declared:
    """A node function as read: its wires, its form fields and what it returns."""

    wires: tuple[Slot, ...]
    fields: tuple[Slot, ...]
    returns: Any


def read_signature(function: Callable[..., Any], node_id: str) -> Declared:
    """Read the signature of a node. Raises BadDeclaration with one clear sentence."""
    if not inspect.iscoroutinefunction(function):
        raise BadDeclaration(f"{node_id}: {function.__name__} must be an `async def`.")
    hints = _hints(function, node_id)
    context, *rest = [*inspect.signature(function).parameters.values(), None]
    if context is None or context.name != "ctx" or hints.get("ctx") is not NodeContext:
        raise BadDeclaration(f"{node_id}: the first parameter must be `ctx: NodeContext`.")
    parameters = [parameter for parameter in rest if parameter is not None]
    if "return" not in hints:
        raise BadDeclaration(f"{node_id}: say what it returns, e.g. `-> Image`.")
    return Declared(
        wires=tuple(_slot(p, hints, node_id) for p in parameters if p.kind is not p.KEYWORD_ONLY),
        fields=tuple(_slot(p, hints, node_id) for p in parameters if p.kind is p.KEYWORD_ONLY),
        returns=hints["return"],
    )


def _hints(function: Callable[..., Any], node_id: str) -> dict[str, Any]:
    try:
        return get_type_hints(function, include_extras=True)
    except NameError as missing:
        raise BadDeclaration(
            f"{node_id}: an annotation names {missing.name!r}, which its module does not import "
            "at run time."
        ) from missing


def _slot(parameter: inspect.Parameter, hints: dict[str, Any], node_id: str) -> Slot:
    name = parameter.name
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        raise BadDeclaration(f"{node_id}: name every parameter instead of taking `*{name}`.")
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise BadDeclaration(f"{node_id}: `{name}` stands before `/`; a wire needs its name.")
    if name not in hints:
        raise BadDeclaration(f"{node_id}: `{name}` needs a type annotation.")
    slot = Slot(name, hints[name], read_annotation(hints[name]), parameter.default)
    if parameter.kind is parameter.KEYWORD_ONLY:
        _check_field(slot, node_id)
    else:
        _check_wire(slot, node_id)
    return slot


def _check_wire(slot: Slot, node_id: str) -> None:
    reading = slot.reading
    if not reading.is_asset and not (reading.many and reading.value_type is ValueType.TEXT):
        raise BadDeclaration(
            f"{node_id}: `{slot.name}` stands before `*`, where only images, masks and lists of "
            "texts do; put it after `*` and it becomes a form field."
        )
    if slot.required and reading.optional:
        raise BadDeclaration(f"{node_id}: `{slot.name}` may be None, so give it `= None`.")
    if not slot.required and slot.default not in (None, (), []):
        raise BadDeclaration(f"{node_id}: the wire `{slot.name}` can only default to None or ().")


def _check_field(slot: Slot, node_id: str) -> None:
    if slot.reading.is_asset and slot.reading.many:
        raise BadDeclaration(
            f"{node_id}: `{slot.name}` takes several images; put it before `*` as a wire."
        )
