"""Reads what a type annotation says: its value type, whether it may be blank, its hints."""

import collections.abc
from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pixelmill.domain.values import ValueType
from pixelmill.sdk.values import Image, Mask
from pixelmill.sdk.widgets import Alias

H = TypeVar("H")
_LISTS = (list, tuple, collections.abc.Sequence)
_JSON = (dict, list, tuple, set, collections.abc.Mapping, collections.abc.Sequence)
_SCALARS: dict[object, ValueType] = {
    Image: ValueType.IMAGE,
    Mask: ValueType.MASK,
    str: ValueType.TEXT,
    bool: ValueType.BOOLEAN,
    int: ValueType.NUMBER,
    float: ValueType.NUMBER,
}


class BadDeclaration(TypeError):
    """A plug is declared in a way that cannot be offered to anyone."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One annotation taken apart: ``bare`` is the type without None, hints and list.

    ``many`` is true for a list of images, masks or texts; ``hints`` come from ``Annotated``.
    """

    bare: object
    value_type: ValueType
    optional: bool
    many: bool
    hints: tuple[object, ...]

    @property
    def is_asset(self) -> bool:
        """Whether the value is a stored picture."""
        return self.bare is Image or self.bare is Mask

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other spellings of the name."""
        return tuple(name for hint in self.hints if isinstance(hint, Alias) for name in hint.names)

    @property
    def label(self) -> str:
        """The title given with ``Field(title=…)``, or nothing."""
        return next((info.title for info in self._infos if info.title), "")

    @property
    def description(self) -> str:
        """The sentence given with ``Field(description=…)``, or nothing."""
        return next((info.description for info in self._infos if info.description), "")

    @property
    def _infos(self) -> tuple[FieldInfo, ...]:
        return tuple(hint for hint in self.hints if isinstance(hint, FieldInfo))


def read_annotation(annotation: object) -> Reading:
    """Take one annotation apart. Never raises: what has no type of its own may hold anything."""
    inner, hints = _without_hints(annotation)
    bare, optional = _without_none(inner)
    bare, more_hints = _without_hints(bare)
    many, element = _list_of(bare)
    if many:
        bare = element
    return Reading(bare, value_type(bare), optional, many, hints + more_hints)


def hint_of(hints: Iterable[object], kind: type[H]) -> H | None:
    """The first hint of this class."""
    return next((hint for hint in hints if isinstance(hint, kind)), None)


def value_type(annotation: object) -> ValueType:
    """The type a value of this annotation has on an edge; ``ANY`` where it may be several."""
    bare, _ = _without_none(_without_hints(annotation)[0])
    origin = get_origin(bare)
    if origin is Literal:
        return _only(_scalar(type(member)) for member in cast("tuple[object, ...]", get_args(bare)))
    if origin in (Union, UnionType):
        return _only(value_type(member) for member in get_args(bare))
    if (origin or bare) in _JSON:
        return ValueType.JSON
    return _scalar(bare)


def _scalar(bare: object) -> ValueType:
    if bare in _SCALARS:
        return _SCALARS[bare]
    if isinstance(bare, type):
        if issubclass(bare, str):
            return ValueType.TEXT
        if issubclass(bare, BaseModel):
            return ValueType.JSON
    return ValueType.ANY


def _only(types: Iterable[ValueType]) -> ValueType:
    found = set(types)
    return found.pop() if len(found) == 1 else ValueType.ANY


def _without_hints(annotation: object) -> tuple[object, tuple[object, ...]]:
    if get_origin(annotation) is not Annotated:
        return annotation, ()
    inner, *hints = get_args(annotation)
    return inner, tuple(hints)


def _without_none(annotation: object) -> tuple[object, bool]:
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, False
    members = get_args(annotation)
    kept = tuple(member for member in members if member is not NoneType)
    if len(kept) == len(members):
        return annotation, False
    return (kept[0] if len(kept) == 1 else Union[kept]), True  # noqa: UP007 (built at run time)


def _list_of(annotation: object) -> tuple[bool, Any]:
    if get_origin(annotation) not in _LISTS:
        return False, None
    element = next(iter(get_args(annotation)), None)
    return element in (Image, Mask, str), element
