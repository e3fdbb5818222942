"""Backgrounds to put a picture on: one colour, a gradient of two, or another picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pixelmill.imaging.pixels import size_of, with_alpha
from pixelmill.imaging.scale import scale

if TYPE_CHECKING:
    from pixelmill.imaging.colors import Color
    from pixelmill.imaging.pixels import Floats, Pixels


def plain_backdrop(width: int, height: int, color: Color) -> Pixels:
    """One colour, RGBA."""
    import numpy as np

    sheet = np.empty((height, width, 4), np.uint8)
    sheet[:] = color
    return sheet


def gradient_backdrop(width: int, height: int, start: Color, end: Color, angle: float) -> Pixels:
    """From ``start`` to ``end`` along ``angle`` (degrees; 180 runs down, 90 to the right), RGBA.

    The line's length is CSS's (Images 3, 3.1). An 8 x 8 ordered dither hides the steps between
    neighbouring colours and, being periodic, costs little in PNG.
    """
    import numpy as np

    turn = np.deg2rad(angle)
    across, down = float(np.sin(turn)), float(-np.cos(turn))
    length = abs(width * across) + abs(height * down)
    x = (np.arange(width, dtype=np.float32) + 0.5 - width / 2) * (across / length)
    y = (np.arange(height, dtype=np.float32) + 0.5 - height / 2) * (down / length)
    along = np.clip(x[None, :] + y[:, None] + 0.5, 0, 1)
    noise = np.tile(_bayer(), (height // 8 + 1, width // 8 + 1))[:height, :width]
    sheet = np.empty((height, width, 4), np.uint8)
    for band, (low, high) in enumerate(zip(start, end, strict=True)):
        sheet[..., band] = np.clip(along * (high - low) + (low + noise), 0, 255)
    return sheet


def picture_backdrop(width: int, height: int, picture: Pixels) -> Pixels:
    """A picture scaled to cover the whole sheet, its overhang cut evenly, RGBA."""
    old_width, old_height = size_of(picture)
    keep_width = min(old_width, max(1, round(old_height * width / height)))
    keep_height = min(old_height, max(1, round(old_width * height / width)))
    left, top = (old_width - keep_width) // 2, (old_height - keep_height) // 2
    return with_alpha(
        scale(picture[top : top + keep_height, left : left + keep_width], width, height)
    )


def _bayer() -> Floats:
    """Bayer's 8 x 8 thresholds (1973), between 0 and 1."""
    import numpy as np

    cell = np.zeros((1, 1), np.float32)
    for _ in range(3):
        cell = np.block([[4 * cell, 4 * cell + 2], [4 * cell + 3, 4 * cell + 1]])
    return np.asarray((cell + 0.5) / 64, np.float32)
