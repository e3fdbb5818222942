"""What may travel along an edge, and which kind fits into which."""

from enum import StrEnum
from typing import Any, Final, TypeAlias

from pixelmill.kit.canonical import canonical

JsonValue: TypeAlias = Any
"""A JSON value: None, bool, int, float, str, list or dict of such."""


class ValueType(StrEnum):
    """The kind of a value; any port may carry one value or a list of them."""

    TEXT = "text"
    IMAGE = "image"
    MASK = "mask"
    NUMBER = "number"
    BOOLEAN = "boolean"
    JSON = "json"
    ANY = "any"


_FITTING: Final = frozenset(
    {(kind, kind) for kind in ValueType}
    | {(kind, ValueType.ANY) for kind in ValueType}
    | {(ValueType.ANY, kind) for kind in ValueType}
    | {
        (ValueType.NUMBER, ValueType.TEXT),
        (ValueType.BOOLEAN, ValueType.TEXT),
        (ValueType.MASK, ValueType.IMAGE),
    }
)


def fits(source: ValueType, target: ValueType) -> bool:
    """Whether a value of kind ``source`` may enter a port of kind ``target`` without loss."""
    return (source, target) in _FITTING


def as_text(value: JsonValue) -> str:
    """A value as a person would write it: ``2`` for 2.0, ``true`` for True, JSON for lists."""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return canonical(value).decode("utf-8")
