"""Small stand-ins for an image: a thumbnail to show, and a placeholder of some 25 bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.pixels import size_of, with_alpha
from pixelmill.imaging.scale import scale

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Pixels

_QUALITY: Final = 78
# thumbhash reads at most 100 x 100 pixels, and sees no more in 64.
_HASH_SIDE: Final = 64


def thumbnail(data: bytes, *, side: int) -> bytes:
    """A WebP of the whole image whose longer side is ``side`` pixels, or its own if smaller.

    Raises:
        ImageRefused: the image is not accepted.
        ValueError: ``side`` is less than 1.
    """
    if side < 1:
        raise ValueError(f"A thumbnail of {side} pixels has no pixels.")
    return encode(_within(decode(data), side), output="webp", quality=_QUALITY)


def placeholder(data: bytes) -> bytes:
    """A thumbhash (evanw.github.io/thumbhash): average colour, blurred shape, ratio and alpha.

    Raises:
        ImageRefused: the image is not accepted.
    """
    from pixelmill.imaging.thumbhash import thumbhash

    return thumbhash(with_alpha(_within(decode(data), _HASH_SIDE)))


def _within(pixels: Pixels, side: int) -> Pixels:
    width, height = size_of(pixels)
    factor = min(1.0, side / max(width, height))
    return scale(pixels, max(1, round(width * factor)), max(1, round(height * factor)))
