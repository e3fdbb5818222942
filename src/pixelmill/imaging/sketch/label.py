"""Paper labels on a turned wall or a flat face: a rectangle with a bar and faint lines of type."""

from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour, Floats, floats
from pixelmill.imaging.sketch.layer import Layer


@dataclass(frozen=True, slots=True)
class Label:
    """A label `half` wide to each side of `centre` (along the wall), from `low` to `high`."""

    half: float
    low: float
    high: float
    colour: Colour
    ink: Colour
    centre: float = 0.0
    style: int = 0


def bars(label: Label) -> list[tuple[float, float, float, float, float]]:
    """The label's print as (across, along the height, half width, half height, strength)."""
    wide, tall = label.half, (label.high - label.low) / 2
    middle = (label.high + label.low) / 2
    across = label.centre + (0.18 * wide, 0.0, -0.25 * wide)[label.style % 3]
    bar = min(0.36 * wide, 0.075)
    thin = min(0.075 * tall, 0.009)
    rows = [(across, middle + 0.20 * tall, bar, thin * 1.7, 0.75)]
    for i, part in enumerate((0.86, 1.0, 0.7)):
        rows.append((across, middle - (0.06 + 0.13 * i) * tall, bar * part, thin * 0.6, 0.32))
    return rows


def paint_label(layer: Layer, label: Label, across: Floats, height: Floats, pixel: float) -> None:
    """Paints `label` into the layer's colour; `across` and `height` are surface coordinates."""
    middle, tall = (label.high + label.low) / 2, (label.high - label.low) / 2
    cover = _box(across - label.centre, height - middle, label.half, tall, pixel)
    cover *= layer.normal[1] < 0.7
    colour = (
        np.repeat(layer.colour, len(cover), axis=1) if layer.colour.shape[1] == 1 else layer.colour
    )
    colour = colour + (floats(label.colour)[:, None] - colour) * cover
    ink = floats(label.ink)[:, None]
    for x, y, half, thick, strength in bars(label):
        near = np.flatnonzero(
            (np.abs(across - x) < half + pixel) & (np.abs(height - y) < thick + pixel)
        )
        mark = _box(across[near] - x, height[near] - y, half, thick, pixel) * cover[near] * strength
        colour[:, near] += (ink - colour[:, near]) * mark
    layer.colour = floats(colour)
    layer.paper = cover


def _box(x: Floats, y: Floats, half_x: float, half_y: float, pixel: float) -> Floats:
    """Antialiased coverage of a rectangle around the origin."""
    inside_x = np.clip((half_x - np.abs(x)) / pixel + 0.5, 0.0, 1.0)
    inside_y = np.clip((half_y - np.abs(y)) / pixel + 0.5, 0.0, 1.0)
    return floats(inside_x * inside_y)
