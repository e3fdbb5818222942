"""The built-in artist: a prompt and a seed in, an encoded picture out."""

from typing import Literal

import cv2
import numpy as np

from pixelmill.imaging.encode import encode
from pixelmill.imaging.sketch import subjects
from pixelmill.imaging.sketch.arrays import Bytes
from pixelmill.imaging.sketch.brief import read
from pixelmill.imaging.sketch.compose import still_life
from pixelmill.imaging.sketch.scenes import places
from pixelmill.imaging.sketch.stage import photograph

Format = Literal["png", "jpeg", "webp"]
SMALLEST, LARGEST = 64, 4096
_DRAWN = 1600
"""Longest side that is drawn; larger pictures are this one enlarged."""


def picture(prompt: str, negative: str, seed: int, width: int, height: int) -> Bytes:
    """The picture as (height, width, 3) sRGB bytes, red first."""
    brief = read(prompt, negative, subjects.WORDS, places.WORDS)
    dice = np.random.default_rng([brief.digest, seed & (2**63 - 1)])
    shrink = min(1.0, _DRAWN / max(width, height))
    w, h = max(1, round(width * shrink)), max(1, round(height * shrink))
    if brief.scene:
        image = places.paint(brief, dice, w, h)
    else:
        image = photograph(still_life(brief, dice, w, h))
    if (w, h) != (width, height):
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(image, dtype=np.uint8)


def render(
    prompt: str,
    *,
    seed: int,
    width: int,
    height: int,
    negative_prompt: str = "",
    output_format: Format = "png",
) -> bytes:
    """Draws `prompt`: the same arguments give the same bytes on one machine and library version.

    `width`, `height` are pixels, 64..4096 each, else ValueError. What the negative prompt names is
    left out. No network, clock or global random state is touched.
    """
    for name, value in (("width", width), ("height", height)):
        if not SMALLEST <= value <= LARGEST:
            raise ValueError(f"{name} must be {SMALLEST}..{LARGEST}, got {value}")
    pixels = picture(prompt, negative_prompt, seed, width, height)
    return encode(pixels, output=output_format)
