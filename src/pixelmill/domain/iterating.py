"""Iterators of a call: lists for nodes, combined in step or as all pairs, compiled to items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias, cast

from pixelmill.domain.expansion import TooManyItems
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.limits import DEFAULT_MAX_ITEMS
from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Detail, Problem

Mode: TypeAlias = Literal["zip", "product"]


class InvalidIterators(Problem):
    """These iterators cannot be combined. Mend what 'details' names."""

    code: ClassVar[str] = "invalid_iterators"
    status: ClassVar[int] = 400
    title: ClassVar[str] = "Invalid iterators"


@dataclass(frozen=True, slots=True)
class Iterator:
    """A list for one node: scalars go to ``param`` (or the node's input), objects are params.

    ``mode`` says how it joins the iterators before it; None is the first one's mode, and that is
    ``zip`` by default. ``start`` and ``end`` cut the list like a slice, ``max_items`` shortens it.
    """

    node_id: str
    items: Sequence[JsonValue]
    param: str | None = None
    mode: Mode | None = None
    start: int = 0
    end: int | None = None
    max_items: int | None = None

    @property
    def chosen(self) -> Sequence[JsonValue]:
        """The part of the list that is used."""
        found = self.items[self.start : self.end]
        return found if self.max_items is None else found[: self.max_items]


@dataclass(frozen=True, slots=True)
class Stride:
    """Where an iterator stands at a run: ``start + position // divisor % count``."""

    node_id: str
    start: int
    divisor: int
    count: int

    def at(self, position: int) -> int:
        """The index in the iterator's whole list that the run at ``position`` uses."""
        return self.start + position // self.divisor % self.count

    def as_dict(self) -> dict[str, JsonValue]:
        """The stride as it is stored."""
        return {
            "nodeId": self.node_id,
            "start": self.start,
            "divisor": self.divisor,
            "count": self.count,
        }


def input_indices(stored: JsonValue, position: int) -> dict[str, int]:
    """The index by node of the run at ``position``; ``stored`` are strides as dicts, or None."""
    strides = cast("Sequence[Mapping[str, int | str]]", stored or ())
    return {
        str(one["nodeId"]): Stride(
            str(one["nodeId"]), int(one["start"]), int(one["divisor"]), int(one["count"])
        ).at(position)
        for one in strides
    }


def input_index(stored: JsonValue, position: int) -> int:
    """The place of a run's input in its list: the only iterator's index, else the position."""
    indices = input_indices(stored, position)
    return next(iter(indices.values())) if len(indices) == 1 else position


def combined(iterators: Sequence[Iterator], max_items: int = DEFAULT_MAX_ITEMS) -> list[Stride]:
    """How the lists step together; in a product the last one changes fastest.

    Raises InvalidIterators for an empty list and for lists of different length in step (one value
    alone is repeated), TooManyItems before anything is built.
    """
    strides: list[Stride] = []
    usual: Mode = iterators[0].mode or "zip" if iterators else "zip"
    total = 1
    for at, one in enumerate(iterators):
        count = len(one.chosen)
        if not count:
            raise _invalid(at, "has no items; give at least one.")
        if any(one.node_id == other.node_id for other in iterators[:at]):
            raise _invalid(at, f"is a second list for the node '{one.node_id}'. Join the two.")
        if (one.mode or usual) == "product" or not strides:
            strides = [replace(stride, divisor=stride.divisor * count) for stride in strides]
            total *= count
        elif total == 1:
            total = count
        elif count not in (1, total):
            raise _invalid(
                at,
                f"has {count} items, but those before it make {total}. Lists in step are equally "
                "long; use the mode 'product' for all pairs.",
            )
        strides.append(Stride(one.node_id, one.start, 1, count))
        if total > max_items:
            raise TooManyItems(
                f"An execution takes at most {max_items} items, but the iterators make {total}. "
                "Shorten a list, or raise 'max_items' of the plan.",
                extra={"limit": max_items, "found": total},
            )
    return strides


def iterated(
    iterators: Sequence[Iterator],
    keys: InputKeys,
    shared: Mapping[str, JsonValue],
    max_items: int = DEFAULT_MAX_ITEMS,
) -> tuple[list[JsonValue], list[Stride]]:
    """The rows of ``items`` that the iterators make, each over ``shared``, and their strides.

    Raises InvalidIterators, TooManyItems.
    """
    strides = combined(iterators, max_items)
    total = max((stride.divisor * stride.count for stride in strides), default=1)
    values = [
        [_layer(at, one, place, value, keys) for place, value in enumerate(one.chosen)]
        for at, one in enumerate(iterators)
    ]
    rows: list[JsonValue] = []
    for position in range(total):
        inputs, overrides = dict(shared), dict[str, JsonValue]()
        for layers, stride in zip(values, strides, strict=True):
            layer = layers[position // stride.divisor % stride.count]
            inputs.update(layer.inputs)
            if layer.overrides:
                overrides[stride.node_id] = layer.overrides
        rows.append({"inputs": inputs, "overrides": overrides})
    return rows, strides


@dataclass(frozen=True, slots=True)
class _Layer:
    inputs: dict[str, JsonValue]
    overrides: dict[str, JsonValue]


def _layer(at: int, one: Iterator, place: int, value: JsonValue, keys: InputKeys) -> _Layer:
    """What one element sets: the node's input where it is one, else a parameter of the node."""
    params: dict[str, JsonValue] = {}
    if isinstance(value, Mapping):
        params = dict(cast("Mapping[str, JsonValue]", value))
    elif one.param is not None:
        params = {one.param: value}
    elif keys.find(one.node_id) is not None:
        return _Layer({one.node_id: value}, {})
    else:
        raise _invalid(
            at,
            f"gives plain values, but the node '{one.node_id[:80]}' has no input of its own. "
            "Name the parameter in 'param'.",
            f".items[{place}]",
        )
    inputs: dict[str, JsonValue] = {}
    for name in list(params):
        key = f"{one.node_id}.{name}"
        if keys.find(key) is not None:
            inputs[key] = params.pop(name)
    return _Layer(inputs, params)


def _invalid(at: int, said: str, place: str = "") -> InvalidIterators:
    path = f"iteratorConfigs[{at}]{place}"
    return InvalidIterators(f"'{path}' {said}", details=[Detail(path, f"'{path}' {said}")])
