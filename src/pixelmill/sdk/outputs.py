"""Reads a node's return annotation as output ports, and takes a result apart by it."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final, TypeGuard, get_type_hints

from pixelmill.domain.catalog import Port
from pixelmill.domain.values import ValueType
from pixelmill.sdk.annotations import BadDeclaration, Reading, read_annotation
from pixelmill.sdk.values import Image, JsonValue, Mask, as_list

_NAMES: Final[Mapping[ValueType, tuple[str, tuple[str, ...]]]] = {
    ValueType.IMAGE: ("image", ("images", "media", "url")),
    ValueType.MASK: ("mask", ()),
    ValueType.TEXT: ("text", ("prompt",)),
    ValueType.NUMBER: ("number", ("value",)),
    ValueType.BOOLEAN: ("boolean", ("value",)),
    ValueType.JSON: ("json", ("data",)),
    ValueType.ANY: ("value", ()),
}


@dataclass(frozen=True, slots=True)
class Outputs:
    """The output ports of a node; ``record`` is the dataclass where there are several."""

    ports: tuple[Port, ...]
    readings: tuple[Reading, ...]
    record: type[Any] | None = None

    def unpack(self, result: object) -> dict[str, JsonValue]:
        """The result by port name. Raises TypeError when it is not what was declared."""
        if self.record is not None and not isinstance(result, self.record):
            raise TypeError(f"returned {type(result).__name__}, not {self.record.__name__}")
        named = {
            port.name: getattr(result, port.name) if self.record else result for port in self.ports
        }
        for port, reading in zip(self.ports, self.readings, strict=True):
            _check(port.name, reading, named[port.name])
        return named


def read_outputs(returns: object, node_id: str) -> Outputs:
    """The output ports of a return annotation: one by its type, or the fields of a dataclass."""
    if returns is NoneType:
        return Outputs((), ())
    if not _is_record(returns):
        reading = read_annotation(returns)
        return Outputs((_port(reading, None),), (reading,))
    if not returns.__dataclass_params__.frozen:
        raise BadDeclaration(f"{node_id}: make {returns.__name__} a frozen dataclass.")
    hints = get_type_hints(returns, include_extras=True)
    fields = [
        (field.name, read_annotation(hints[field.name])) for field in dataclasses.fields(returns)
    ]
    return Outputs(
        tuple(_port(reading, name) for name, reading in fields),
        tuple(reading for _, reading in fields),
        returns,
    )


def _is_record(returns: object) -> TypeGuard[type[Any]]:
    return (
        isinstance(returns, type)
        and dataclasses.is_dataclass(returns)
        and not read_annotation(returns).is_asset
    )


def _port(reading: Reading, name: str | None) -> Port:
    usual, aliases = _NAMES[reading.value_type]
    own = name or usual
    known = (*(aliases if own == usual else ()), *reading.aliases)
    return Port(own, reading.value_type, label=reading.label, many=reading.many, aliases=known)


def _check(name: str, reading: Reading, value: object) -> None:
    if not reading.is_asset or (value is None and reading.optional):
        return
    kind = Mask if reading.bare is Mask else Image
    if not all(isinstance(one, kind) for one in (as_list(value) if reading.many else [value])):
        raise TypeError(f"output `{name}` is {type(value).__name__}, not what was declared")
