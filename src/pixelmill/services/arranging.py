"""Arranges the cards of a workflow on its canvas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Final

from pixelmill.domain.card_sizes import card_size
from pixelmill.domain.graph_parsing import DECORATIONS
from pixelmill.domain.layout import GAP_X, GAP_Y, Card, Layout, lay_out
from pixelmill.domain.node_parsing import as_mapping
from pixelmill.domain.values import JsonValue
from pixelmill.sdk.registry import NodeRegistry
from pixelmill.services.checking import UnknownNode
from pixelmill.services.house import House, Principal
from pixelmill.services.workflow_changes import change_workflow
from pixelmill.services.workflows import Drawing, Saved, WorkflowDraft

_BELOW: Final = 2
"""A block that is arranged alone stands so many gaps below the rest."""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How to arrange: gaps in canvas pixels, and which nodes; None is all."""

    gap_x: int = GAP_X
    gap_y: int = GAP_Y
    scope: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Arranged:
    """The workflow after it, where its cards are now, and how many of them moved."""

    saved: Saved
    layout: Layout
    moved: int


async def arrange(
    house: House, principal: Principal, workflow_id: str, wanted: Arrangement, base: int | None
) -> Arranged:
    """Lay the cards out from left to right. Raises UnknownNode, and as change_workflow."""
    done: list[tuple[Layout, int]] = []

    def edit(draft: WorkflowDraft) -> WorkflowDraft:
        layout = _layout(draft.drawing, wanted, house.parts.nodes)
        nodes = [_moved(node, layout) for node in draft.drawing.nodes]
        moved = sum(
            before != after for before, after in zip(draft.drawing.nodes, nodes, strict=True)
        )
        done.append((layout, moved))
        return replace(draft, drawing=Drawing(nodes, draft.drawing.edges))

    saved = await change_workflow(house, principal, workflow_id, edit, base)
    return Arranged(saved, *done[-1])


def _layout(drawing: Drawing, wanted: Arrangement, registry: NodeRegistry) -> Layout:
    cards = {card.id: card for card in (_card(node, registry) for node in _running(drawing))}
    edges = [(str(edge.get("source")), str(edge.get("target"))) for edge in drawing.edges]
    if wanted.scope is None:
        return lay_out(list(cards.values()), edges, gap_x=wanted.gap_x, gap_y=wanted.gap_y)
    for node_id in wanted.scope:
        if node_id not in cards:
            raise UnknownNode(f"The workflow has no node '{node_id[:80]}' to arrange.")
    chosen = set(wanted.scope)
    rest = [
        (*_position(node), cards[str(node["id"])].height)
        for node in _running(drawing)
        if node["id"] not in chosen
    ]
    return lay_out(
        [card for id_, card in cards.items() if id_ in chosen],
        edges,
        gap_x=wanted.gap_x,
        gap_y=wanted.gap_y,
        left=min((x for x, _, _ in rest), default=0),
        top=max((y + height + _BELOW * wanted.gap_y for _, y, height in rest), default=0),
    )


def _running(drawing: Drawing) -> list[Mapping[str, JsonValue]]:
    """The nodes that run; notes and group frames stay where a person put them."""
    return [
        node
        for node in drawing.nodes
        if DECORATIONS.isdisjoint((str(node.get("type")), _node_type(node)))
    ]


def _card(node: Mapping[str, JsonValue], registry: NodeRegistry) -> Card:
    node_type = registry.get(_node_type(node))
    size = card_size(node, node_type.signature if node_type else None)
    return Card(str(node.get("id")), size.width, size.height)


def _node_type(node: Mapping[str, JsonValue]) -> str:
    return str((as_mapping(node.get("data")) or node).get("nodeType"))


def _position(node: Mapping[str, JsonValue]) -> tuple[int, int]:
    place = as_mapping(node.get("position")) or {}
    return _whole(place.get("x")), _whole(place.get("y"))


def _whole(value: JsonValue) -> int:
    return round(value) if isinstance(value, (int, float)) and isfinite(value) else 0


def _moved(node: Mapping[str, JsonValue], layout: Layout) -> Mapping[str, JsonValue]:
    place = layout.positions.get(str(node.get("id")))
    return node if place is None else {**node, "position": {"x": place[0], "y": place[1]}}
