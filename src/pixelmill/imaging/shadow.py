"""Soft shadows of a cutout: on the ground it stands on, or on the wall behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pixelmill.imaging.pixels import size_of

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Floats, Mask

ShadowStyle = Literal["contact", "drop"]

# Height of the flattened silhouette, blur and strength; lengths in fractions of the cutout's width.
_GROUND: Final = ((0.2, 0.07, 0.36), (0.07, 0.02, 0.44))
_WALL_SHIFT: Final = (0.025, 0.045)
_WALL_BLUR: Final = 0.045
_WALL_STRENGTH: Final = 0.38


def cast_shadow(
    alpha: Mask, at: tuple[int, int], sheet: tuple[int, int], style: ShadowStyle, strength: float
) -> Floats:
    """How much of the light a cutout takes: 0 to 1 over a sheet of (width, height).

    Args:
        alpha: the cutout's alpha, trimmed to what is seen of it.
        at: its left and top on the sheet.
        sheet: the sheet's width and height.
        style: ``contact`` lies on the ground, ``drop`` falls on a wall behind.
        strength: 0 to 1.
    """
    if style == "drop":
        return _on_wall(alpha, at, sheet) * strength
    import numpy as np

    dark = np.zeros((sheet[1], sheet[0]), np.float32)
    for height, blur, weight in _GROUND:
        layer = _on_ground(alpha, at, sheet, height, blur)
        dark += (1 - dark) * layer * (weight * strength)
    return dark


def _on_ground(
    alpha: Mask, at: tuple[int, int], sheet: tuple[int, int], height: float, blur: float
) -> Floats:
    """The silhouette lying flat around the line it stands on, blurred."""
    import cv2
    import numpy as np

    width, tall = size_of(alpha[..., None])
    flat = max(2, round(width * height))
    ground = at[1] + tall
    moved = np.array([[1, 0, at[0]], [0, flat / tall, ground - flat * 0.74]], np.float32)
    lying = cv2.warpAffine(alpha, moved, sheet)
    return _blurred(np.asarray(lying, np.uint8), blur * width)


def _on_wall(alpha: Mask, at: tuple[int, int], sheet: tuple[int, int]) -> Floats:
    import cv2
    import numpy as np

    width, tall = size_of(alpha[..., None])
    side = max(width, tall)
    right, down = at[0] + _WALL_SHIFT[0] * side, at[1] + _WALL_SHIFT[1] * side
    shift = np.array([[1, 0, right], [0, 1, down]], np.float32)
    moved = np.asarray(cv2.warpAffine(alpha, shift, sheet), np.uint8)
    return _blurred(moved, _WALL_BLUR * side) * _WALL_STRENGTH


def _blurred(mask: Mask, radius: float) -> Floats:
    """Blurred by a Gaussian, 0 to 1; a wide one is made small, where it looks the same."""
    import cv2
    import numpy as np

    height, width = mask.shape
    step = max(1, int(radius / 3))
    size = (max(1, width // step), max(1, height // step))
    small = cv2.resize(mask, size, interpolation=cv2.INTER_AREA) if step > 1 else mask
    soft = cv2.GaussianBlur(small.astype(np.float32) / 255, (0, 0), max(0.6, radius / step))
    large = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC) if step > 1 else soft
    return np.clip(np.asarray(large, np.float32), 0, 1)
