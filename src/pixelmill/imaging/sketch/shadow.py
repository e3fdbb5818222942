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


def cast(solids: Sequence[Solid], plane: float, view: View, light: Light) -> Floats:
    """How much of the key is blocked, 0..1, over the whole (small) picture of the plane."""
    shape = (view.height, view.width)
    masks = [np.zeros(shape, np.uint8) for _ in _BANDS]
    foot = np.zeros(shape, np.uint8)
    for solid in solids:
        for piece in solid.shadows():
            _draw(piece, plane, view, light, masks, foot)
    through = np.ones(shape, np.float32)
    for mask, (_, _, blur) in zip(masks, _BANDS, strict=True):
        if not mask.any():
            continue
        sigma = max(blur * (0.35 + 1.5 * light.soft) * view.scale, 0.6)
        soft = blurred(mask, sigma).astype(np.float32) / 255.0
        through = np.minimum(through, 1.0 - soft)
    near = blurred(foot, max(0.028 * view.scale, 0.8)).astype(np.float32)
    wide = blurred(foot, max(0.10 * view.scale, 1.0)).astype(np.float32)
    hidden = np.maximum(near * 0.55, wide * 0.5) / 255.0
    return floats(1.0 - through * (1.0 - hidden))


def _draw(
    piece: Floats,
    plane: float,
    view: View,
    light: Light,
    masks: Sequence[np.ndarray],
    foot: np.ndarray,
) -> None:
    """Draws one piece's projection into the band of its height."""
    above = piece[:, 1] - plane
    if float(above.max()) < 1e-4:
        return
    above = np.maximum(above, 0.0)
    slide_x, slide_z = light.drift
    ground = np.stack(
        [
            piece[:, 0] + slide_x * above,
            np.full(len(piece), plane, np.float32),
            piece[:, 2] + slide_z * above,
        ],
        axis=-1,
    )
    pixels = np.round(view.project(floats(ground)) * 16).astype(np.int32)
    hull = cv2.convexHull(pixels) if len(pixels) != 4 else pixels
    middle = float(above.mean())
    for mask, (low, high, _) in zip(masks, _BANDS, strict=True):
        if low <= middle < high:
            cv2.fillPoly(mask, [hull], 255, cv2.LINE_AA, 4)
    if float(above.min()) < 0.02:
        under = np.stack([piece[:, 0], np.full(len(piece), plane), piece[:, 2]], axis=-1)
        low_part = under[above < 0.12] if (above < 0.12).sum() > 2 else under
        spot = np.round(view.project(floats(low_part)) * 16).astype(np.int32)
        cv2.fillConvexPoly(foot, cv2.convexHull(spot), 255, cv2.LINE_AA, 4)
