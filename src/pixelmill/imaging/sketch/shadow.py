"""Cast and contact shadows on a level plane, drawn small and blurred more the higher they begin."""

from collections.abc import Sequence
from typing import Protocol

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, blurred, floats
from pixelmill.imaging.sketch.layer import Layer
from pixelmill.imaging.sketch.light import Light
from pixelmill.imaging.sketch.view import View

_BANDS = ((0.0, 0.10, 0.006), (0.10, 0.45, 0.022), (0.45, 9.9, 0.05))
"""Height of the caster above the plane from, to, and the blur there, in stage units."""


class Solid(Protocol):
    """What the stage asks of a thing that stands on it."""

    def placed(self, x: float, y: float, z: float, size: float) -> "Solid":
        """Scaled by `size` about the origin, then moved."""
        ...

    def shadows(self) -> list[Floats]:
        """Pieces (n, 3) that block light."""
        ...

    def raster(self, view: View) -> Layer | None:
        """The visible surface, or None when out of the picture."""
        ...


def cast(pieces: Sequence[Floats], plane: float, view: View, light: Light) -> Floats:
    """How much of the key is blocked, 0..1, over the whole (small) picture of the plane."""
    shape = (view.height, view.width)
    masks = [np.zeros(shape, np.uint8) for _ in _BANDS]
    foot = np.zeros(shape, np.uint8)
    _draw(pieces, plane, view, light, masks, foot)
    through = np.ones(shape, np.float32)
    for mask, (_, _, blur) in zip(masks, _BANDS, strict=True):
        if mask.any():
            sigma = max(blur * (0.35 + 1.5 * light.soft) * view.scale, 0.6)
            soft = blurred(mask, sigma).astype(np.float32) / 255.0
            through = np.minimum(through, 1.0 - soft)
    near = blurred(foot, max(0.028 * view.scale, 0.8)).astype(np.float32)
    wide = blurred(foot, max(0.10 * view.scale, 1.0)).astype(np.float32)
    hidden = np.maximum(near * 0.55, wide * 0.5) / 255.0
    return floats(1.0 - through * (1.0 - hidden))


def _draw(
    pieces: Sequence[Floats],
    plane: float,
    view: View,
    light: Light,
    masks: Sequence[np.ndarray],
    foot: np.ndarray,
) -> None:
    """Draws every piece's projection into the band of its height, and the feet of low ones."""
    if not pieces:
        return
    points = np.concatenate(pieces)
    starts = np.cumsum([0, *(len(p) for p in pieces)])
    above = np.maximum(points[:, 1] - plane, 0.0)
    level = np.full(len(points), plane, np.float32)
    slide_x, slide_z = light.drift
    slid = np.stack([points[:, 0] + slide_x * above, level, points[:, 2] + slide_z * above], -1)
    under = np.stack([points[:, 0], level, points[:, 2]], -1)
    far = np.round(view.project(floats(slid)) * 16).astype(np.int32)
    near = np.round(view.project(floats(under)) * 16).astype(np.int32)
    heads = starts[:-1]
    highest = np.maximum.reduceat(above, heads)
    lowest = np.minimum.reduceat(above, heads)
    middle = np.add.reduceat(above, heads) / np.diff(starts)
    band = np.searchsorted([high for _, high, _ in _BANDS[:-1]], middle, side="right")
    for i in np.flatnonzero(highest > 1e-4):
        part = slice(starts[i], starts[i + 1])
        hull = cv2.convexHull(far[part]) if part.stop - part.start > 4 else far[part]
        cv2.fillPoly(masks[int(band[i])], [hull], 255, cv2.LINE_AA, 4)
        if lowest[i] < 0.02:
            low = above[part] < 0.12
            spot = near[part][low] if low.sum() > 2 else near[part]
            cv2.fillConvexPoly(foot, cv2.convexHull(spot), 255, cv2.LINE_AA, 4)
