"""Lanczos resampling of pixels, alpha premultiplied so that hidden colours do not bleed."""

# ruff: noqa: PLC0415 - the process that names an operation does not load its libraries
from __future__ import annotations

from typing import TYPE_CHECKING

from pixelmill.imaging.pixels import has_alpha, size_of
from pixelmill.imaging.vips import from_vips, to_vips

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Pixels


def scale(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resample to exactly ``width`` x ``height`` with a Lanczos-3 kernel.

    Both libraries premultiply. vips is the fastest where both sides shrink, Pillow elsewhere.
    """
    old_width, old_height = size_of(pixels)
    if (width, height) == (old_width, old_height):
        return pixels
    if width <= old_width and height <= old_height:
        return from_vips(to_vips(pixels).thumbnail_image(width, height=height, size="force"))
    return _by_pillow(pixels, width, height)


def _by_pillow(pixels: Pixels, width: int, height: int) -> Pixels:
    import numpy as np
    from PIL import Image

    kernel = Image.Resampling.LANCZOS
    image = Image.fromarray(pixels)
    if has_alpha(pixels):
        # "RGBa" is Pillow's name for premultiplied RGBA.
        return np.asarray(image.convert("RGBa").resize((width, height), kernel).convert("RGBA"))
    return np.asarray(image.resize((width, height), kernel))
