"""Puts solids on a seamless floor, lights them, and returns the finished picture."""

from dataclasses import dataclass, field

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Bytes, Colour, Floats, floats
from pixelmill.imaging.sketch.layer import Layer
from pixelmill.imaging.sketch.light import Light, shade
from pixelmill.imaging.sketch.shadow import Solid, cast
from pixelmill.imaging.sketch.texture import sampled
from pixelmill.imaging.sketch.view import View

_DITHER = floats(np.random.default_rng(7).uniform(-0.35, 0.35, (64, 4096, 1)))
_BRIGHT = 110.0
_SMALL = 0.25
"""Backdrop and shadows are soft, so they are painted at this part of the picture's size."""


@dataclass(frozen=True, slots=True)
class Backdrop:
    """The seamless sweep: colour at the top and at the foot, and how dark its shadows are.

    `pool` brightens the middle; `floor` is a texture's name for the ground, laid below `horizon`
    (rows of the picture, 0..1) when there is one; `mirror` is how much the floor reflects.
    """

    high: Colour
    low: Colour
    depth: float = 0.55
    pool: float = 0.12
    floor: str = ""
    floor_colour: Colour | None = None
    horizon: float | None = None
    mirror: float = 0.0


@dataclass(frozen=True, slots=True)
class Set:
    """Everything the camera sees: solids from far to near, those `supports` catch shadows."""

    view: View
    light: Light
    backdrop: Backdrop
    solids: list[Solid]
    supports: frozenset[int] = frozenset()
    gobo: Floats | None = field(default=None)


def photograph(scene: Set) -> Bytes:
    """The picture as (height, width, 3) sRGB bytes, red first."""
    view = scene.view
    small = view.shrunk(_SMALL)
    pieces = [piece for solid in scene.solids for piece in solid.shadows()]
    through = 1.0 - cast(pieces, 0.0, small, scene.light)
    canvas = enlarged(_rolled(_sweep(scene, small, through)), view.width, view.height)
    gobo = None
    if scene.gobo is not None:
        gobo = floats(cv2.resize(scene.gobo, (view.width, view.height)))
    for index, solid in enumerate(scene.solids):
        layer = solid.raster(view)
        if layer is None:
            continue
        if index in scene.supports and layer.plane is not None:
            layer.reach = _on_top(scene, layer, small, pieces)
        _lay(canvas, layer, scene, gobo)
    if scene.backdrop.mirror > 0:
        _reflect(canvas, scene)
    return np.asarray(cv2.cvtColor(canvas, cv2.COLOR_RGBA2RGB), dtype=np.uint8)


def _lay(canvas: Bytes, layer: Layer, scene: Set, gobo: Floats | None) -> None:
    """Lights a layer and lays it over the canvas (four bytes a pixel, moved as one word)."""
    dim = None if gobo is None else gobo[layer.box].ravel()[layer.seen]
    light = shade(layer, scene.light, scene.view.tilt, dim)
    colour = np.zeros((len(layer.seen), 4), np.uint8)
    colour[:, :3] = exposed(light).T
    patch = np.ascontiguousarray(canvas[layer.box]).view(np.uint32).ravel()
    edge = np.flatnonzero(layer.alpha < 0.999)
    below = patch[layer.seen[edge]].view(np.uint8).reshape(-1, 4).astype(np.float32)
    cover = layer.alpha[edge, None]
    colour[edge] = (below + (colour[edge] - below) * cover + 0.5).astype(np.uint8)
    patch[layer.seen] = colour.view(np.uint32).ravel()
    canvas[layer.box] = patch.view(np.uint8).reshape(*layer.shape, 4)


def exposed(light: Floats) -> Bytes:
    """Linear light to bytes: highlights roll off above 0.8, then gamma 2 (by table)."""
    steps = np.sqrt(np.clip(light, 0.0, 3.99)) * np.float32(2048.0)
    return np.take(_CURVE, steps.astype(np.uint16))


def _rolled(light: Floats) -> Floats:
    over = np.maximum(light - 0.8, 0.0)
    kept = light - over + over / (1.0 + 3.2 * over)
    return floats(np.sqrt(np.clip(kept, 0.0, 1.0)) * 255.0)


_CURVE = (_rolled(floats((np.arange(4096) / 2048.0) ** 2)) + 0.5).astype(np.uint8)


def enlarged(small: Floats, width: int, height: int) -> Bytes:
    """A soft picture (0..255) at full size, four bytes a pixel.

    Dark ones are dithered, whose steps would show; on bright ones that only costs bytes.
    """
    full = cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)
    dithered = height if float(small.mean()) < _BRIGHT else 0
    for row in range(0, dithered, len(_DITHER)):
        strip = full[row : row + len(_DITHER)]
        strip += _DITHER[: len(strip), :width]
    whole = cv2.cvtColor(cv2.convertScaleAbs(full), cv2.COLOR_RGB2RGBA)
    return np.asarray(whole, dtype=np.uint8)


def _sweep(scene: Set, small: View, through: Floats) -> Floats:
    """The lit backdrop with its shadows, small."""
    back = scene.backdrop
    rows = floats((np.arange(small.height) + 0.5) / small.height)
    columns = (np.arange(small.width, dtype=np.float32) + 0.5) / small.width
    fall = np.clip((rows - 0.15) / 0.75, 0, 1)[:, None, None]
    colour = floats(back.high) + (floats(back.low) - floats(back.high)) * fall
    colour = np.repeat(floats(colour), small.width, axis=1)
    if back.horizon is not None and back.floor_colour is not None:
        _lay_floor(colour, back, small, rows)
    lean = 0.22 * scene.light.key[0]
    away_x = (columns - 0.5 - lean) * min(small.width / small.height, 1.6)
    away = away_x[None, :] ** 2 + (rows[:, None] - 0.48) ** 2
    pool = 1.0 + back.pool * (1.0 - np.minimum(away * 3.4, 2.2))
    lit = through if scene.gobo is None else np.minimum(through, scene.gobo)
    base = colour / np.maximum(colour.max(axis=-1, keepdims=True), 1e-4)
    dark = (1.0 - back.depth) * (0.35 + 0.65 * base)
    return floats(colour * (dark + (1.0 - dark) * lit[..., None]) * pool[..., None])


def _lay_floor(colour: Floats, back: Backdrop, small: View, rows: Floats) -> None:
    """Paints the textured floor in perspective below the horizon, fading into it."""
    assert back.horizon is not None
    assert back.floor_colour is not None
    below = np.maximum(rows - back.horizon, 1e-3)
    depth = 0.42 / (below + 0.12)
    u = (np.arange(small.width, dtype=np.float32) / small.width - 0.5) * small.width / small.height
    across = u[None, :] * depth[:, None] * 0.9 + 0.13
    along = np.repeat((depth * 1.7)[:, None], small.width, axis=1)
    floor = floats(back.floor_colour)
    shaded = sampled(back.floor, floats(across), floats(along)) if back.floor else None
    ground = np.broadcast_to(floor, colour.shape)
    if shaded is not None:
        ground = ground * shaded[..., None]
    cover = np.clip((rows - back.horizon) * small.height / 1.5 + 0.5, 0, 1)[:, None, None]
    near = 0.8 + 0.2 * np.clip(below / 0.3, 0, 1)[:, None, None]
    colour += (floats(ground * near) - colour) * floats(cover)


def _on_top(scene: Set, layer: Layer, small: View, pieces: list[Floats]) -> Floats:
    """The light that reaches a support: what stands on it shades its level top."""
    assert layer.plane is not None
    blocked = cast(pieces, layer.plane, small, scene.light)
    full = cv2.resize(
        blocked, (scene.view.width, scene.view.height), interpolation=cv2.INTER_LINEAR
    )
    level = np.clip((layer.normal[1] - 0.5) * 3.0, 0.0, 1.0)
    return floats(1.0 - full[layer.box].ravel()[layer.seen] * level * 0.92)


def _reflect(canvas: Bytes, scene: Set) -> None:
    """Mirrors what stands above the foot line into the floor, fading downwards."""
    view = scene.view
    foot = int(view.ground + view.scale * view.tilt * 0.18)
    depth = min(view.height - foot, foot, int(view.scale * 0.9))
    if depth < 4:
        return
    fade = np.linspace(1.0, 0.0, depth, dtype=np.float32)[:, None, None] ** 1.4
    wave = np.arange(depth, dtype=np.float32)
    ripple = np.sin(wave / max(view.scale * 0.03, 2.0)) * wave * 0.02
    columns = np.arange(view.width, dtype=np.float32)
    map_x = floats(columns[None, :] + ripple[:, None])
    map_y = floats(np.repeat((foot - 1 - wave)[:, None], view.width, axis=1))
    image = cv2.remap(canvas, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    part = canvas[foot : foot + depth]
    strength = fade * scene.backdrop.mirror
    part[...] = (part + (image.astype(np.float32) - part) * strength).astype(np.uint8)
