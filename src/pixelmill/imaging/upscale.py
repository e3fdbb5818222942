"""Enlarges an image by Lanczos and a gentle sharpening; it adds pixels, never detail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.limits import check_output_size
from pixelmill.imaging.pixels import has_alpha, size_of
from pixelmill.imaging.scale import scale as resample

if TYPE_CHECKING:
    from pixelmill.imaging.formats import OutputFormat
    from pixelmill.imaging.pixels import Pixels

# Radius in pixels of the source: about what the Lanczos kernel itself softens.
_RADIUS: Final = 0.55


def upscale(
    data: bytes,
    *,
    scale: Literal[2, 4] = 2,
    sharpen: float = 0.35,
    output: OutputFormat = "png",
    quality: int | None = None,
    background: str = "#ffffff",
) -> bytes:
    """Enlarge two or four times with Lanczos-3, then sharpen; alpha is kept.

    Args:
        data: the encoded image.
        scale: 2 or 4.
        sharpen: strength of the unsharp mask, 0 (none) to 1.
        output: the format to write.
        quality: 1 to 100, or None for the format's default.
        background: what JPEG shows through.

    Raises:
        ImageRefused: the image is not accepted, or the result would be over the limits.
        ValueError: ``scale`` or ``sharpen`` is not valid.
    """
    if scale not in (2, 4):
        raise ValueError(f"Scale {scale} is not 2 or 4.")
    if not 0 <= sharpen <= 1:
        raise ValueError(f"Sharpening {sharpen} is not between 0 and 1.")
    pixels = decode(data)
    width, height = size_of(pixels)
    check_output_size(width * scale, height * scale)
    large = resample(pixels, width * scale, height * scale)
    if sharpen:
        large = _sharpen(large, sharpen, _RADIUS * scale)
    return encode(large, output=output, quality=quality, background=background)


def _sharpen(pixels: Pixels, amount: float, radius: float) -> Pixels:
    import cv2
    import numpy as np

    blurred = cv2.GaussianBlur(pixels, (0, 0), radius)
    sharp = np.asarray(cv2.addWeighted(pixels, 1 + amount, blurred, -amount, 0), np.uint8)
    if has_alpha(pixels):
        # Near a clear pixel the blur has seen colours that are not shown.
        reach = 2 * round(2 * radius) + 1
        solid = cv2.erode(pixels[..., 3], np.ones((reach, reach), np.uint8))
        kept = solid < 255
        sharp[kept] = pixels[kept]
        sharp[..., 3] = pixels[..., 3]
    return sharp
