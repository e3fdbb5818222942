"""Converts an image to another format, at a quality or under a number of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import DEFAULT_QUALITY, encode
from pixelmill.imaging.limits import ImageRefused

if TYPE_CHECKING:
    from pixelmill.imaging.formats import OutputFormat
    from pixelmill.imaging.pixels import Pixels

# Below this the artefacts are worse than a smaller picture would be.
_WORST_QUALITY: Final = 10


def convert(
    data: bytes,
    *,
    format: OutputFormat,
    quality: int | None = None,
    background: str = "#ffffff",
    max_bytes: int | None = None,
) -> bytes:
    """Re-encode an image; no metadata of the source survives.

    Args:
        data: the encoded image.
        format: the format to write.
        quality: 1 to 100, or None for the format's default; PNG is lossless and ignores it.
        background: what shows through in JPEG, which has no alpha.
        max_bytes: if given, the quality is lowered as far as needed to stay within it.

    Raises:
        ImageRefused: the image is not accepted, or cannot be made as small as ``max_bytes``.
        ValueError: the quality or the background is not valid.
    """
    pixels = decode(data)
    encoded = encode(pixels, output=format, quality=quality, background=background)
    if max_bytes is None or len(encoded) <= max_bytes:
        return encoded
    if format == "png":
        raise _too_large(
            format, len(encoded), max_bytes, "choose jpeg, webp or avif, or a smaller size"
        )
    start = DEFAULT_QUALITY[format] if quality is None else quality
    return _fit_bytes(pixels, format, background, start, max_bytes)


def _fit_bytes(
    pixels: Pixels, output: OutputFormat, background: str, quality: int, max_bytes: int
) -> bytes:
    """Search for the best quality that fits, by halves: at most seven encodings."""
    low, high = min(_WORST_QUALITY, quality), quality - 1
    best, smallest = b"", 0
    while low <= high:
        middle = (low + high) // 2
        encoded = encode(pixels, output=output, quality=middle, background=background)
        smallest = len(encoded)
        if smallest <= max_bytes:
            best, low = encoded, middle + 1
        else:
            high = middle - 1
    if not best:
        raise _too_large(output, smallest, max_bytes, "scale the image down first")
    return best


def _too_large(format: OutputFormat, size: int, max_bytes: int, way_out: str) -> ImageRefused:
    return ImageRefused(
        "image_too_large",
        f"The smallest {format} would have {size:,} bytes, the limit asked for is {max_bytes:,}; "
        f"{way_out}.",
    )
