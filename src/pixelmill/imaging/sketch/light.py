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
    """The patch's colour (h, w, 3) in linear light; `gobo` (h, w) dims the key where it is dark."""
    normal, material = layer.normal, layer.material
    key = unit(floats(light.key))
    facing = normal @ key
    wrap = 0.32 + 0.25 * light.soft
    lit = np.clip((facing + wrap) / (1.0 + wrap), 0.0, 1.0)
    lit = lit * lit * (1.45 - 0.45 * lit) * light.power
    if gobo is not None:
        lit *= gobo
    if layer.reach is not None:
        lit *= layer.reach
    up = 0.5 + 0.5 * normal[..., 1:2]
    around = floats(light.sky) * up + floats(light.bounce) * (1.0 - up)
    glowing = lit[..., None] * floats(light.tint) + around * light.ambient
    eye = unit(floats([0.0, tilt, 1.0]))
    front = np.clip(normal @ eye, 0.0, 1.0)
    matt = 1.0 if layer.paper is None else 1.0 - layer.paper
    body = layer.colour
    if material.clear:
        body = _through(layer, light, front, material.clear)
    out = floats(body * glowing)
    if material.metal:
        out *= 1.0 - 0.45 * material.metal
    shine = _shine(normal, eye, front, light, material.gloss)
    edge = (1.0 - front) ** 3 * (0.10 + 0.5 * material.gloss)
    shine += edge * light.rim_power * 0.8
    shine = shine * matt
    mirror = floats(material.colour) * material.metal * 1.6 + (1.0 - material.metal)
    gleam = shine[..., None] * (floats(light.tint) * 0.6 + floats(light.rim) * 0.4)
    return floats(out + gleam * mirror)


def _through(layer: Layer, light: Light, front: Floats, clear: float) -> Floats:
    """Coloured glass: light gathers on the side away from the key and fades at the rim."""
    away = np.clip(-layer.normal[..., 0] * np.sign(light.key[0]) * 0.5 + 0.5, 0.0, 1.0)
    glow = clear * (0.65 * away * front + 0.25 * front)
    rim = 1.0 - 0.55 * clear * (1.0 - front) ** 2
    gain = rim + glow
    if layer.paper is not None:
        gain = 1.0 + (gain - 1.0) * (1.0 - layer.paper)
    return floats(layer.colour * gain[..., None])


def _shine(normal: Floats, eye: Floats, front: Floats, light: Light, gloss: float) -> Floats:
    """Softboxes mirrored in the surface: a tall strip beside the key and a thin one opposite."""
    if gloss <= 0.02:
        return np.zeros(normal.shape[:2], np.float32)
    mirror = floats(2.0 * front[..., None] * normal - eye)
    side = 1.0 if light.key[0] >= 0 else -1.0
    blur = 0.05 + 0.5 * (1.0 - gloss) ** 2
    turn, rise = mirror[..., 0] * side, mirror[..., 1]
    ahead = mirror[..., 2] > -0.35
    main = _strip(turn, 0.80, 0.13, blur) * _strip(rise, 0.25, 0.72, blur * 1.4) * ahead
    rim = _strip(turn, -0.93, 0.045, blur * 0.7) * _strip(rise, 0.1, 0.8, blur * 1.4)
    over = _strip(rise, 0.93, 0.10, blur) * _strip(turn, 0.1, 0.6, blur * 2)
    strength = 0.10 + 0.62 * gloss * gloss
    sum_ = main * light.power + 0.75 * rim * light.rim_power * 2 + 0.25 * over * light.power
    return floats(sum_ * strength)


def _strip(value: Floats, centre: float, half: float, blur: float) -> Floats:
    """A soft-edged bar: 1 within `half` of `centre`, 0 beyond `half + blur`."""
    return floats(np.clip((half + blur - np.abs(value - centre)) / (blur * 2), 0.0, 1.0))
