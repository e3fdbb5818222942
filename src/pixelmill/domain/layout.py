"""Arranges cards in layers from left to right, so that every wire leads to the right.

Layers by longest path, order within a layer by the barycentre of the neighbours (Sugiyama, Tagawa,
Toda 1981); the same drawing always gets the same places.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

GAP_X: Final = 96
GAP_Y: Final = 40
_SWEEPS: Final = 4
_Wires: TypeAlias = Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class Card:
    """A card to place: its size in canvas pixels."""

    id: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """The rectangle that holds all cards; ``x`` and ``y`` are its upper left corner."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Upper left corners by card, and the rectangle around all of them."""

    positions: Mapping[str, tuple[int, int]]
    bounds: Bounds


def lay_out(
    cards: Sequence[Card],
    edges: Iterable[tuple[str, str]],
    *,
    gap_x: int = GAP_X,
    gap_y: int = GAP_Y,
    left: int = 0,
    top: int = 0,
) -> Layout:
    """Places for cards with distinct ids; edges are (source, target).

    Cards never overlap and every source stands left of its target, except for the edge that closes
    a circle. Edges to other cards are ignored. Ties go by the order of ``cards``.
    """
    by_id = {card.id: card for card in cards}
    wires = dict.fromkeys(
        (source, target)
        for source, target in edges
        if source in by_id and target in by_id and source != target
    )
    after: dict[str, list[str]] = {card.id: [] for card in cards}
    before: dict[str, list[str]] = {card.id: [] for card in cards}
    for source, target in wires:
        after[source].append(target)
        before[target].append(source)
    layer_of = _layers(list(by_id), before, after)
    columns: list[list[str]] = [[] for _ in range(max(layer_of.values(), default=-1) + 1)]
    for card_id, layer in layer_of.items():
        columns[layer].append(card_id)
    ordered = _untangled([column for column in columns if column], before, after)
    return _placed([[by_id[id_] for id_ in column] for column in ordered], gap_x, gap_y, left, top)


def _layers(ids: Sequence[str], before: _Wires, after: _Wires) -> dict[str, int]:
    """Each card's layer, in the order of ``ids``; a card without source moves to its targets."""
    found: dict[str, int] = {}
    waiting = dict.fromkeys(ids)
    missing = {id_: len(before[id_]) for id_ in ids}
    while waiting:
        # Where all wait for one another there is a circle: its first card begins it.
        chosen = next((id_ for id_ in waiting if missing[id_] <= 0), next(iter(waiting)))
        del waiting[chosen]
        found[chosen] = 1 + max((found[one] for one in before[chosen] if one in found), default=-1)
        for target in after[chosen]:
            missing[target] -= 1
    for id_ in ids:
        right = [found[target] for target in after[id_]]
        if right and not before[id_]:
            found[id_] = max(0, min(right) - 1)
    return {id_: found[id_] for id_ in ids}


def _untangled(columns: list[list[str]], before: _Wires, after: _Wires) -> list[list[str]]:
    """The columns in the order with the fewest crossings that a few sweeps find."""
    best, fewest = columns, _crossings(columns, after)
    current = columns
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        # Rightwards by the sources, then leftwards by the targets.
        current = _swept(current, before) if sweep % 2 == 0 else _swept(current[::-1], after)[::-1]
        crossings = _crossings(current, after)
        if crossings < fewest:
            best, fewest = current, crossings
    return best


def _swept(columns: list[list[str]], neighbours: _Wires) -> list[list[str]]:
    swept: list[list[str]] = []
    for column in columns:
        rank = _ranks([*swept, *columns[len(swept) :]])
        weight: dict[str, float] = {}
        for id_ in column:
            near = [rank[one] for one in neighbours[id_]]
            weight[id_] = sum(near) / len(near) if near else rank[id_]
        swept.append(sorted(column, key=weight.__getitem__))
    return swept


def _ranks(columns: Iterable[Sequence[str]]) -> dict[str, float]:
    """How far down each card stands in its column, from 0 to 1."""
    return {id_: (at + 0.5) / len(column) for column in columns for at, id_ in enumerate(column)}


def _crossings(columns: Sequence[Sequence[str]], after: _Wires) -> int:
    """How many pairs of wires between the same two columns cross."""
    place = {id_: (x, y) for x, column in enumerate(columns) for y, id_ in enumerate(column)}
    between: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for source, targets in after.items():
        x, y = place[source]
        for target in targets:
            between.setdefault((x, place[target][0]), []).append((y, place[target][1]))
    total = 0
    for wires in between.values():
        seen: list[int] = []
        for _, y in sorted(wires):
            total += len(seen) - bisect_right(seen, y)
            insort(seen, y)
    return total


def _placed(
    columns: Sequence[Sequence[Card]], gap_x: int, gap_y: int, left: int, top: int
) -> Layout:
    heights = [
        sum(card.height for card in column) + gap_y * (len(column) - 1) for column in columns
    ]
    tallest = max(heights, default=0)
    positions: dict[str, tuple[int, int]] = {}
    x = left
    for column, height in zip(columns, heights, strict=True):
        y = top + (tallest - height) // 2
        for card in column:
            positions[card.id] = (x, y)
            y += card.height + gap_y
        x += max(card.width for card in column) + gap_x
    return Layout(positions, Bounds(left, top, max(0, x - gap_x - left), tallest))
