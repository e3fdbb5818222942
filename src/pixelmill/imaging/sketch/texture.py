"""Veins, grain and speckle that make a surface marble, wood, stone or linen."""

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, floats
from pixelmill.imaging.sketch.layer import Material, plain

_SIDE = 512


def _cloud(rng: np.random.Generator, cells_x: int, cells_y: int, octaves: int = 4) -> Floats:
    """Tileable fractal noise around 0, (_SIDE, _SIDE), about -1..1; cells are powers of two."""
    total = np.zeros((_SIDE, _SIDE), np.float32)
    for octave in range(octaves):
        wide, tall = min(cells_x << octave, _SIDE), min(cells_y << octave, _SIDE)
        grid = rng.uniform(-1, 1, (tall, wide)).astype(np.float32)
        grid = np.pad(grid, 2, mode="wrap")
        scale_x, scale_y = _SIDE // wide, _SIDE // tall
        big = cv2.resize(grid, None, fx=scale_x, fy=scale_y, interpolation=cv2.INTER_CUBIC)
        total += big[2 * scale_y :, 2 * scale_x :][:_SIDE, :_SIDE] * 0.55**octave
    return floats(total)


def _marble(rng: np.random.Generator) -> Floats:
    warp = _cloud(rng, 4, 4, 5)
    veins = np.abs(_cloud(rng, 2, 4, 5) + 0.35 * warp)
    fine = np.abs(_cloud(rng, 4, 8, 4) + 0.3 * warp)
    return floats(1.0 - 0.42 * np.exp(-veins * 16) - 0.16 * np.exp(-fine * 22) + 0.04 * warp)


def _wood(rng: np.random.Generator) -> Floats:
    rings = _cloud(rng, 1, 8, 2) * 7 + _cloud(rng, 2, 32, 2)
    return floats(1.0 + 0.20 * np.sin(rings * 2.4) + 0.13 * _cloud(rng, 4, 128, 2))


def _travertine(rng: np.random.Generator) -> Floats:
    holes = np.clip((_cloud(rng, 16, 64, 3) - 0.62) * 6, 0, 1)
    return floats(1.0 + 0.10 * _cloud(rng, 1, 32, 3) - 0.34 * holes)


def _stone(rng: np.random.Generator) -> Floats:
    return floats(1.0 + 0.10 * _cloud(rng, 8, 8, 5) + 0.07 * _cloud(rng, 128, 128, 1))


def _concrete(rng: np.random.Generator) -> Floats:
    pores = np.clip((_cloud(rng, 64, 64, 2) - 0.8) * 5, 0, 1)
    return floats(1.0 + 0.06 * _cloud(rng, 4, 4, 5) - 0.22 * pores)


def _sand(rng: np.random.Generator) -> Floats:
    ripples = np.sin(_cloud(rng, 2, 16, 2) * 8)
    return floats(1.0 + 0.07 * _cloud(rng, 256, 256, 1) + 0.06 * ripples)


def _linen(rng: np.random.Generator) -> Floats:
    return floats(1.0 + 0.10 * (_cloud(rng, 256, 16, 2) + _cloud(rng, 16, 256, 2)))


def _moss(rng: np.random.Generator) -> Floats:
    return floats(1.0 + 0.34 * _cloud(rng, 64, 64, 3))


def _terrazzo(rng: np.random.Generator) -> Floats:
    chips = _cloud(rng, 32, 32, 2)
    return floats(1.0 - 0.30 * (chips > 0.6) + 0.2 * (chips < -0.66))


def _tiles(rng: np.random.Generator) -> Floats:
    line = np.abs((np.arange(_SIDE) % 128) - 1.0)
    grout = np.minimum(line[:, None], line[None, :])
    return floats(1.0 - 0.35 * np.exp(-grout / 1.5) + 0.06 * _cloud(rng, 4, 4, 4))


def _water(rng: np.random.Generator) -> Floats:
    return floats(1.0 + 0.05 * np.sin(_cloud(rng, 4, 16, 3) * 9))


_RECIPES: dict[str, Callable[[np.random.Generator], Floats]] = {
    "marble": _marble, "wood": _wood, "travertine": _travertine, "stone": _stone, "sand": _sand,
    "concrete": _concrete, "linen": _linen, "moss": _moss, "terrazzo": _terrazzo, "tiles": _tiles,
    "water": _water, "glass": _water, "metal": _concrete,
}  # fmt: skip


@lru_cache(maxsize=16)
def tile(kind: str) -> Floats:
    """A tileable (512, 512) multiplier of the surface colour in linear light, near 1."""
    rng = np.random.default_rng(sum(map(ord, kind)) * 7919)
    return floats(np.clip(_RECIPES[kind](rng), 0.25, 1.6))


def sampled(kind: str, across: Floats, along: Floats) -> Floats:
    """The tile looked up at surface coordinates (one unit = one tile)."""
    u = floats(np.mod(across, 1.0) * _SIDE)
    v = floats(np.mod(along, 1.0) * _SIDE)
    if u.ndim == 2:
        return floats(cv2.remap(tile(kind), u, v, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))
    # OpenCV remaps pictures of at most 32767 columns, so a list of pixels is folded into rows.
    fold = 4096
    count = len(u)
    padded = np.zeros((2, -(-count // fold) * fold), np.float32)
    padded[0, :count], padded[1, :count] = u, v
    u2, v2 = padded.reshape(2, -1, fold)
    found = cv2.remap(tile(kind), u2, v2, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return floats(found.ravel()[:count])


def textured(
    material: Material, turn: Floats, height: Floats, normal: Floats, radius: Floats
) -> Floats:
    """The colours (3, n) of a turned surface with its material's texture wrapped about it."""
    top = normal[1] > 0.85
    deep = radius * np.cos(turn) * np.where(normal[2] < 0, -1.0, 1.0)
    across = np.where(top, radius * np.sin(turn) * 0.8 + 0.31, turn * 0.45)
    along = np.where(top, deep * 0.8, height * 0.9)
    return plain(material.colour) * sampled(material.texture, floats(across), floats(along))
