"""How large a node is drawn: as the canvas measured it, or an estimate from its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final, Literal

from pixelmill.domain.catalog import NodeSignature
from pixelmill.domain.node_parsing import as_mapping
from pixelmill.domain.values import JsonValue

WIDTH: Final = 280
_HEADER: Final = 44
_ROW: Final = 28
_PICTURE: Final = 180
_LARGEST: Final = 20_000
_PICTURES: Final = ("generate:", "edit:", "output:", "input:image")


@dataclass(frozen=True, slots=True)
class CardSize:
    """Width and height of a card in canvas pixels."""

    width: int
    height: int
    source: Literal["measured", "estimated"]


def card_size(node: Mapping[str, JsonValue], signature: NodeSignature | None) -> CardSize:
    """The size that the canvas wrote into a node, else one guessed from its signature."""
    for place in (node.get("measured"), node, node.get("style")):
        holder = as_mapping(place) or {}
        width, height = _length(holder.get("width")), _length(holder.get("height"))
        if width and height:
            return CardSize(width, height, "measured")
    if signature is None:
        return CardSize(WIDTH, _HEADER + 2 * _ROW, "estimated")
    rows = sum(port.is_port for port in signature.inputs) + len(signature.outputs)
    form = sum(not port.is_port for port in signature.inputs)
    picture = _PICTURE if signature.node_type.startswith(_PICTURES) else 0
    return CardSize(WIDTH, _HEADER + _ROW * (rows + min(form, 6)) + picture, "estimated")


def _length(value: JsonValue) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return 0
    return ceil(value) if 0 < value <= _LARGEST else 0
