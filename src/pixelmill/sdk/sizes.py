"""Turns the wire's words for a picture's size into pixels, or into the words a vendor knows."""

from collections.abc import Mapping, Sequence
from math import log, sqrt
from types import MappingProxyType
from typing import Final, TypeAlias

from pixelmill.sdk.fields import Size

Pixels: TypeAlias = tuple[int, int]

PRESETS: Final[Mapping[str, Pixels]] = MappingProxyType(
    {
        "square_hd": (1024, 1024),
        "square": (512, 512),
        "portrait_4_3": (768, 1024),
        "portrait_16_9": (576, 1024),
        "landscape_4_3": (1024, 768),
        "landscape_16_9": (1024, 576),
    }
)
"""Width and height in pixels of each preset, as fal documents them."""
MEGAPIXEL: Final = 1024 * 1024


def pixels_of(
    image_size: str | Size | None,
    aspect_ratio: str | None = None,
    *,
    area: int = MEGAPIXEL,
    multiple: int = 16,
) -> Pixels:
    """Width and height in pixels: the size as given, else ``area`` px in that aspect ratio.

    Sides made from a ratio are multiples of ``multiple``. Without either: a square.
    """
    if isinstance(image_size, Size):
        return image_size.width, image_size.height
    if image_size is not None:
        return PRESETS[image_size]
    ratio = ratio_of(aspect_ratio)
    return (
        max(multiple, round(sqrt(area * ratio) / multiple) * multiple),
        max(multiple, round(sqrt(area / ratio) / multiple) * multiple),
    )


def ratio_of(aspect_ratio: str | None) -> float:
    """Width over height of ``16:9``; 1.0 for None and ``auto``. Raises ValueError otherwise."""
    if aspect_ratio is None or aspect_ratio == "auto":
        return 1.0
    width, _, height = aspect_ratio.partition(":")
    ratio = float(width) / float(height)
    if not ratio > 0:
        raise ValueError(f"{aspect_ratio!r} is no aspect ratio")
    return ratio


def nearest_ratio(
    image_size: str | Size | None, aspect_ratio: str | None, known: Sequence[str]
) -> str:
    """The one of ``known`` ratios that is nearest to what was asked, by the ratio of ratios."""
    if image_size is None and aspect_ratio in known:
        return str(aspect_ratio)
    width, height = pixels_of(image_size, aspect_ratio)
    wanted = width / height if image_size is not None else ratio_of(aspect_ratio)
    ratios = [name for name in known if name != "auto"]
    return min(ratios, key=lambda name: abs(log(ratio_of(name) / wanted)))
