"""What a node costs: known before it runs from its parameters alone."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from pixelmill.domain.values import JsonValue
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.provider import Model
from pixelmill.sdk.registry import ProviderRegistry

MOST_IMAGES = 16


@dataclass(frozen=True, slots=True)
class NodePrice:
    """The price of one run of a node: ``units`` pictures at ``unit`` millicredits each."""

    model: Model | None
    unit: int
    units: int

    @property
    def millicredits(self) -> int:
        """Unit times units."""
        return self.unit * self.units


def price_of(
    node_type: AnyNode, params: Mapping[str, JsonValue], providers: ProviderRegistry
) -> NodePrice:
    """The price of one run. Raises UnknownModel for a model that nobody offers."""
    model_id = node_type.model_id(params)
    if model_id is None:
        return NodePrice(None, 0, 1)
    model = providers.model(model_id)
    unit = model.price.millicredits
    for name, rows in model.price.table.items():
        chosen = rows.get(str(params.get(name)))
        if chosen is not None:
            unit = chosen[0]
    if model.price.per == "megapixel":
        unit *= _megapixels(params)
    return NodePrice(model, unit, _images(params))


def _images(params: Mapping[str, JsonValue]) -> int:
    wanted = params.get("num_images", 1)
    if isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        return max(1, min(MOST_IMAGES, int(wanted)))
    return 1


def _megapixels(params: Mapping[str, JsonValue]) -> int:
    size = params.get("image_size")
    if not isinstance(size, Mapping):
        return 1
    try:
        return max(1, math.ceil(float(size["width"]) * float(size["height"]) / 1e6))  # pyright: ignore[reportUnknownArgumentType]
    except (KeyError, TypeError, ValueError, OverflowError):
        return 1
