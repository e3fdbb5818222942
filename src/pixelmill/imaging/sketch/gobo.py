"""Patterns of light: what a window's bars or a palm leaf let through."""

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, blurred, floats


def window(rng: np.random.Generator, width: int, height: int, side: float) -> Floats:
    """Slanted bars of light that widen downwards, 0.25..1."""
    across = np.linspace(-0.5, 0.5, width, dtype=np.float32)[None, :] * width / height
    down = np.linspace(0.0, 1.0, height, dtype=np.float32)[:, None]
    slant = side * float(rng.uniform(0.28, 0.42))
    bend = side * 0.16
    place = down + slant * across + bend * across * across * side
    count = float(rng.uniform(2.4, 3.4))
    wave = np.sin(
        (np.maximum(place + 0.4, 0.0) ** 1.25 * count + float(rng.uniform(0, 1))) * 2 * np.pi
    )
    soft = 0.22 + 0.30 * (1.0 - down)
    bars = np.clip(wave / soft * 0.5 + 0.62, 0.0, 1.0)
    return floats(0.30 + 0.70 * bars)


def leaves(rng: np.random.Generator, width: int, height: int, side: float) -> Floats:
    """The blurred shadow of a palm frond that comes in from the lit side, 0.3..1."""
    mask = np.zeros((height, width), np.uint8)
    size = max(width, height)
    for _ in range(2):
        x0 = width * (0.5 + side * 0.62)
        y0 = height * float(rng.uniform(-0.05, 0.25))
        aim = float(rng.uniform(0.25, 0.7))
        for i in range(11):
            t = i / 10
            x = x0 - side * t * size * 0.75 * np.cos(aim)
            y = y0 + t * size * 0.75 * np.sin(aim) + 0.12 * size * t * t
            for flip in (-1, 1):
                angle = aim + flip * (0.9 - 0.4 * t)
                reach = size * 0.26 * (1.0 - 0.55 * t)
                _blade(mask, x, y, -side * np.cos(angle), np.sin(angle), reach, size * 0.016)
    soft = blurred(mask, max(size * 0.012, 0.8))
    return floats(1.0 - 0.68 * soft.astype(np.float32) / 255.0)


def _blade(
    mask: np.ndarray, x: float, y: float, dx: float, dy: float, reach: float, half: float
) -> None:
    """One leaflet: a thin lens from (x, y) along (dx, dy)."""
    t = np.linspace(0.0, 1.0, 9)
    thick = half * np.sin(np.pi * t**0.7)
    droop = 0.18 * reach * t * t
    upper = np.column_stack(
        [x + dx * reach * t - dy * thick, y + dy * reach * t + dx * thick + droop]
    )
    lower = np.column_stack(
        [x + dx * reach * t + dy * thick, y + dy * reach * t - dx * thick + droop]
    )
    outline = np.concatenate([upper, lower[::-1]])
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
