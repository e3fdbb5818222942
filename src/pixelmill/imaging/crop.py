"""Crops an image to a rectangle, or to an aspect ratio around where it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.gravity import Gravity, place
from pixelmill.imaging.pixels import size_of
from pixelmill.imaging.vips import from_vips, to_vips

if TYPE_CHECKING:
    from pixelmill.imaging.formats import OutputFormat
    from pixelmill.imaging.pixels import Pixels

CropGravity = Gravity | Literal["attention"]


def crop(
    data: bytes,
    *,
    x: int,
    y: int,
    width: int,
    height: int,
    output: OutputFormat = "png",
    quality: int | None = None,
    background: str = "#ffffff",
) -> bytes:
    """Keep the rectangle whose left upper corner is at ``x``, ``y``, in pixels as shown.

    Raises:
        ImageRefused: the image is not accepted.
        ValueError: the rectangle is empty or reaches beyond the image.
    """
    pixels = decode(data)
    whole_width, whole_height = size_of(pixels)
    inside = x >= 0 and y >= 0 and x + width <= whole_width and y + height <= whole_height
    if width < 1 or height < 1 or not inside:
        raise ValueError(
            f"The rectangle of {width} x {height} pixels at {x}, {y} is not within the image's "
            f"{whole_width} x {whole_height}."
        )
    kept = pixels[y : y + height, x : x + width]
    return encode(kept, output=output, quality=quality, background=background)


def crop_to_ratio(
    data: bytes,
    *,
    ratio: str,
    gravity: CropGravity = "center",
    output: OutputFormat = "png",
    quality: int | None = None,
    background: str = "#ffffff",
) -> bytes:
    """Keep the largest rectangle of an aspect ratio.

    Args:
        data: the encoded image.
        ratio: width to height, as ``16:9`` or ``1.5``; between 1:50 and 50:1.
        gravity: which part to keep; ``attention`` looks for edges, skin and saturated colour.
        output: the format to write.
        quality: 1 to 100, or None for the format's default.
        background: what JPEG shows through.

    Raises:
        ImageRefused: the image is not accepted.
        ValueError: the ratio cannot be read.
    """
    wanted = parse_ratio(ratio)
    pixels = decode(data)
    width, height = size_of(pixels)
    keep = (
        min(width, max(1, round(height * wanted))),
        min(height, max(1, round(width / wanted))),
    )
    kept = _keep(pixels, keep, gravity)
    return encode(kept, output=output, quality=quality, background=background)


def parse_ratio(text: str) -> float:
    """Width over height from ``16:9``, ``16/9`` or ``1.78``.

    Raises:
        ValueError: the text is no ratio between 1:50 and 50:1.
    """
    across, _, down = text.replace("/", ":").partition(":")
    try:
        ratio = float(across) / float(down or 1)
    except (ValueError, ZeroDivisionError):
        ratio = 0.0
    if not 0.02 <= ratio <= 50:
        raise ValueError(f"{text[:40]!r} is no aspect ratio between 1:50 and 50:1; write 16:9.")
    return ratio


def _keep(pixels: Pixels, size: tuple[int, int], gravity: CropGravity) -> Pixels:
    if size == size_of(pixels):
        return pixels
    if gravity == "attention":
        return from_vips(to_vips(pixels).smartcrop(*size, interesting="attention"))
    left, top = place(size, size_of(pixels), gravity)
    return pixels[top : top + size[1], left : left + size[0]]
