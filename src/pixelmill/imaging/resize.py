"""Resizes an image into a box: cover it, be contained in it, fill it, or stay inside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pixelmill.imaging.colors import parse_color
from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.limits import check_output_size
from pixelmill.imaging.pixels import drop_opaque_alpha, size_of, with_alpha
from pixelmill.imaging.scale import scale

if TYPE_CHECKING:
    from pixelmill.imaging.formats import OutputFormat
    from pixelmill.imaging.pixels import Pixels

Fit = Literal["cover", "contain", "fill", "inside"]


def resize(
    data: bytes,
    *,
    width: int | None,
    height: int | None,
    fit: Fit = "cover",
    background: str = "#00000000",
    output: OutputFormat = "png",
    quality: int | None = None,
) -> bytes:
    """Resample with Lanczos-3 and encode.

    Args:
        data: the encoded image.
        width: of the box in pixels; None follows from ``height`` and the image's own ratio.
        height: of the box in pixels; None follows from ``width``.
        fit: ``cover`` fills the box and cuts the overhang evenly; ``contain`` shows all of the
            image and pads to the box with ``background``; ``fill`` ignores the ratio; ``inside``
            shows all of the image without padding.
        background: the padding's colour, and what JPEG shows through.
        output: the format to write.
        quality: 1 to 100, or None for the format's default.

    Raises:
        ImageRefused: the image, or the size asked for, is not accepted.
        ValueError: neither side was given, or a side or colour is not valid.
    """
    padding = parse_color(background)
    pixels = decode(data)
    box = _box(size_of(pixels), width, height)
    inner = _inner_size(size_of(pixels), box, fit)
    check_output_size(*box)
    if fit == "cover":
        pixels = _cut_to_ratio(pixels, box)
        inner = box
    scaled = scale(pixels, *inner)
    if fit == "contain":
        scaled = _pad(scaled, box, padding)
    return encode(scaled, output=output, quality=quality, background=background)


def _box(size: tuple[int, int], width: int | None, height: int | None) -> tuple[int, int]:
    own_width, own_height = size
    if width is None and height is None:
        raise ValueError("Give a width, a height or both.")
    if min(width or 1, height or 1) < 1 or width == 0 or height == 0:
        raise ValueError(f"A box of {width} x {height} pixels has no pixels.")
    if height is None:
        return width or 1, max(1, round(own_height * (width or 1) / own_width))
    if width is None:
        return max(1, round(own_width * height / own_height)), height
    return width, height


def _inner_size(size: tuple[int, int], box: tuple[int, int], fit: Fit) -> tuple[int, int]:
    if fit in ("fill", "cover"):
        return box
    factor = min(box[0] / size[0], box[1] / size[1])
    return (
        min(box[0], max(1, round(size[0] * factor))),
        min(box[1], max(1, round(size[1] * factor))),
    )


def _cut_to_ratio(pixels: Pixels, box: tuple[int, int]) -> Pixels:
    width, height = size_of(pixels)
    keep_width = min(width, max(1, round(height * box[0] / box[1])))
    keep_height = min(height, max(1, round(width * box[1] / box[0])))
    left, top = (width - keep_width) // 2, (height - keep_height) // 2
    return pixels[top : top + keep_height, left : left + keep_width]


def _pad(pixels: Pixels, box: tuple[int, int], padding: tuple[int, int, int, int]) -> Pixels:
    import numpy as np

    width, height = size_of(pixels)
    if (width, height) == box:
        return pixels
    sheet = np.empty((box[1], box[0], 4), np.uint8)
    sheet[:] = padding
    left, top = (box[0] - width) // 2, (box[1] - height) // 2
    sheet[top : top + height, left : left + width] = with_alpha(pixels)
    return drop_opaque_alpha(sheet)
