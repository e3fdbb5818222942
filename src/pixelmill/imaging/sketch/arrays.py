"""The array types and small numeric steps that every part of the artist shares."""

from typing import Any, TypeAlias

import cv2
import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]
Bytes: TypeAlias = npt.NDArray[np.uint8]
Pixels: TypeAlias = npt.NDArray[np.intp]
Colour: TypeAlias = tuple[float, float, float]
"""A colour in linear light, 0..1 a channel (gamma 2: the square of the sRGB value)."""


def floats(values: Any) -> Floats:
    """Any array-like as 32-bit floats."""
    return np.asarray(values, dtype=np.float32)


def ramp(value: Floats, low: float, high: float) -> Floats:
    """Smoothstep from 0 at `low` to 1 at `high` (`low` may be the greater)."""
    t = np.clip((value - low) / (high - low), 0.0, 1.0).astype(np.float32)
    return floats(t * t * (3.0 - 2.0 * t))


def unit(vector: Floats) -> Floats:
    """Vectors along the last axis, scaled to length one."""
    length = np.sqrt((vector * vector).sum(axis=-1, keepdims=True))
    return floats(vector / np.maximum(length, 1e-6))


def blurred(image: Any, sigma: float) -> Any:
    """A Gaussian blur; for a wide one its stack-blur likeness, whose cost does not grow."""
    if sigma < 2.5:
        return cv2.GaussianBlur(image, (0, 0), max(sigma, 0.3))
    side = 2 * round(2.45 * sigma) + 1
    return cv2.stackBlur(image, (side, side))
