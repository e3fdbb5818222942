"""The studio: one soft key, a strip of rim light, the sky above and the floor's bounce."""

from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour, Floats, floats, unit
from pixelmill.imaging.sketch.layer import Layer


@dataclass(frozen=True, slots=True)
class Light:
    """Where the key stands (unit vector towards it), its strength and colours in linear light.

    `soft` 0..1 widens the penumbra; `bounce` is what the floor throws back up.
    """

    key: tuple[float, float, float]
    power: float
    tint: Colour
    ambient: float
    sky: Colour
    bounce: Colour
    soft: float
    rim: Colour = (1.0, 1.0, 1.0)
    rim_power: float = 0.35

    @property
    def drift(self) -> tuple[float, float]:
        """How far a shadow slides in x and z for one unit of height."""
        x, y, z = self.key
        return (-x / y, -z / y)


def shade(layer: Layer, light: Light, tilt: float, gobo: Floats | None) -> Floats:
    """The layer's colours (3, n) in linear light; `gobo` (n,) dims the key where it is dark."""
    material, normal, paper = layer.material, layer.normal, layer.paper
    key = unit(floats(light.key))
    wrap = 0.32 + 0.25 * light.soft
    lit = np.clip((_dot(normal, key) + wrap) * (1.0 / (1.0 + wrap)), 0.0, 1.0)
    lit *= lit * (1.45 - 0.45 * lit) * light.power
    for dimmer in (gobo, layer.reach):
        if dimmer is not None:
            lit *= dimmer
    eye = unit(floats([0.0, tilt, 1.0]))
    front = np.clip(_dot(normal, eye), 0.0, 1.0)
    gain = _through(normal, light, front, material.clear, paper) if material.clear else None
    shine = _shine(normal, light, material.gloss)
    edge = 1.0 - front
    shine += edge * edge * edge * ((0.10 + 0.5 * material.gloss) * light.rim_power * 0.8)
    if paper is not None:
        shine *= 1.0 - paper
    up = 0.5 + 0.5 * normal[1]
    out = np.empty((3, len(lit)), np.float32)
    dull = 1.0 - 0.45 * material.metal
    for band in range(3):
        sky, bounce = light.sky[band] * light.ambient, light.bounce[band] * light.ambient
        glow = lit * light.tint[band] + (bounce + (sky - bounce) * up)
        if gain is not None:
            glow *= gain
        mirror = material.colour[band] * material.metal * 1.6 + (1.0 - material.metal)
        gleam = (light.tint[band] * 0.6 + light.rim[band] * 0.4) * mirror
        out[band] = glow * layer.colour[band] * dull + shine * gleam
    return out


def _dot(normal: Floats, vector: Floats) -> Floats:
    x, y, z = (float(c) for c in vector)
    return floats(normal[0] * x + normal[1] * y + normal[2] * z)


def _through(
    normal: Floats, light: Light, front: Floats, clear: float, paper: Floats | None
) -> Floats:
    """Coloured glass: light gathers on the side away from the key and fades at the rim."""
    away = np.clip(normal[0] * (-0.5 * np.sign(light.key[0])) + 0.5, 0.0, 1.0)
    rim = 1.0 - front
    gain = clear * front * (0.65 * away + 0.25) - (0.55 * clear) * rim * rim
    if paper is not None:
        gain *= 1.0 - paper
    return floats(gain + 1.0)


def _shine(normal: Floats, light: Light, gloss: float) -> Floats:
    """Softboxes mirrored in the surface: a tall strip beside the key and a thin one opposite."""
    if gloss < 0.1:
        return np.zeros(normal.shape[1], np.float32)
    turn = normal[0] * (1.0 if light.key[0] >= 0 else -1.0)
    rise = normal[1]
    blur = 0.05 + 0.55 * (1.0 - gloss) ** 2
    main = _strip(turn, 0.56, 0.045, blur) * _strip(rise, 0.22, 0.40, blur * 1.6)
    rim = _strip(turn, -0.90, 0.02, blur * 0.6) * _strip(rise, 0.1, 0.6, blur * 1.6)
    over = _strip(rise, 0.80, 0.06, blur) * _strip(turn, 0.1, 0.5, blur * 2)
    total = main * light.power + rim * (1.3 * light.rim_power) + over * (0.22 * light.power)
    return floats(total * (0.06 + 0.50 * gloss * gloss))


def _strip(value: Floats, centre: float, half: float, blur: float) -> Floats:
    """A soft-edged bar: 1 within `half` of `centre`, 0 beyond `half + 2 * blur`."""
    part = np.clip((half + 2 * blur - np.abs(value - centre)) * (0.5 / blur), 0.0, 1.0)
    return floats(part * part * (3.0 - 2.0 * part))
