"""Places: mountains, dunes, sea, forest, city, moonlit hills."""

from collections.abc import Callable

import numpy as np

from pixelmill.imaging.sketch.arrays import Bytes, Floats, floats
from pixelmill.imaging.sketch.brief import Brief
from pixelmill.imaging.sketch.palette import linear, mixed, shifted
from pixelmill.imaging.sketch.scenes.painter import (
    Canvas,
    Ridge,
    Weather,
    rolling,
    shown,
    weather_for,
)

Painter = Callable[[Canvas, Weather, np.random.Generator], None]


def mountains(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """Ridges one behind another, the far ones lost in haze."""
    sun = _sky(canvas, sky, rng, 0.62)
    count = 6
    land: list[Ridge] = []
    for i in range(count):
        t = i / (count - 1)
        noise = rolling(rng, canvas.width, 1.6 + 1.4 * t, 6, 0.44)
        sharp = 1.0 - np.abs(noise) * 0.75
        base = canvas.height * (0.50 + 0.44 * t)
        line = floats(base - canvas.height * (0.20 - 0.09 * t) * sharp)
        crest = mixed(sky.low, sky.near, 0.16 + 0.80 * t**1.1)
        foot = mixed(crest, sky.low, 0.55 * (1 - t))
        land.append(Ridge(line, crest, foot, canvas.height * 0.22, _flanks(line, sun, 0.12)))
    canvas.ridges(land)


def dunes(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """Wide sand waves with a lit and a shaded side."""
    sun = _sky(canvas, sky, rng, 0.50)
    sand = linear("#e0a766")
    sand = shifted(sand, 0.42) if sky.dark else mixed(sand, sky.middle, 0.22)
    land: list[Ridge] = []
    for i in range(5):
        t = i / 4
        noise = rolling(rng, canvas.width, 1.1 + 0.5 * (1 - t), 2, 0.30)
        line = floats(canvas.height * (0.50 + 0.40 * t) - canvas.height * (0.07 + 0.05 * t) * noise)
        crest = mixed(sky.low, sand, 0.45 + 0.5 * t)
        foot = mixed(shifted(crest, 0.44), sky.near, 0.25)
        land.append(
            Ridge(line, crest, foot, canvas.height * (0.30 + 0.12 * t), _flanks(line, sun, 0.30))
        )
    canvas.ridges(land)


def sea(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """A low sun over water, its path of light, and a strip of beach."""
    horizon = int(canvas.height * float(rng.uniform(0.46, 0.56)))
    sun = _sky(canvas, sky, rng, horizon / canvas.height, low=True)
    far = mixed(sky.low, sky.top, 0.35)
    deep = mixed(linear("#14506b"), sky.top, 0.45)
    if sky.dark:
        deep = mixed(sky.near, sky.middle, 0.35)
    part = horizon / canvas.height
    canvas.gradient([(part, far), (part + 0.16, mixed(far, deep, 0.6)), (1.0, deep)], horizon)
    _glints(canvas, horizon, sun, sky, rng)
    wave = rolling(rng, canvas.width, 1.4, 2, 0.4)
    shore = floats(canvas.height * 0.90 - canvas.height * 0.028 * wave)
    sand = mixed(linear("#e3c79a"), sky.low, 0.25)
    sand = mixed(sand, sky.near, 0.72) if sky.dark else sand
    foam = mixed(sky.sun, sky.low, 0.3)
    wash = Ridge(shore - canvas.height * 0.020, mixed(foam, deep, 0.35), foam, canvas.height * 0.03)
    canvas.ridges([wash, Ridge(shore, mixed(sand, sky.near, 0.25), sand, canvas.height * 0.08)])


def forest(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """Rows of firs that come forward out of the mist."""
    _sky(canvas, sky, rng, 0.55)
    green = mixed(linear("#12291f"), sky.near, 0.45)
    count = 6
    land: list[Ridge] = []
    for i in range(count):
        t = i / (count - 1)
        base = canvas.height * (0.52 + 0.40 * t)
        ground = base - canvas.height * 0.035 * rolling(rng, canvas.width, 2.0, 3, 0.5)
        line = _firs(canvas, ground, rng, canvas.height * (0.09 + 0.24 * t))
        crest = mixed(sky.low, green, 0.18 + 0.80 * t**1.25)
        foot = mixed(crest, sky.low, 0.62 * (1 - t) + 0.12)
        land.append(Ridge(line, crest, foot, canvas.height * (0.16 + 0.16 * t)))
    canvas.ridges(land)


def city(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """Towers in three depths, with lit windows after dark."""
    _sky(canvas, sky, rng, 0.72)
    for i in range(4):
        t = i / 3
        wide = canvas.width * (0.045 + 0.045 * t)
        line, edges = _towers(canvas, rng, wide, 0.72 + 0.10 * t, 0.50 - 0.16 * t)
        crest = mixed(sky.low, sky.near, 0.30 + 0.62 * t)
        canvas.ridges(
            [Ridge(line, crest, mixed(crest, sky.low, 0.4 * (1 - t)), canvas.height * 0.5)]
        )
        if t > 0.3:
            _windows(canvas, line, edges, sky, rng, t)


def moonlight(canvas: Canvas, sky: Weather, rng: np.random.Generator) -> None:
    """Stars, a large moon and quiet hills."""
    canvas.gradient([(0.0, sky.top), (0.45, sky.middle), (0.8, sky.low)])
    count = 170
    for x, y, light in rng.uniform(0, 1, (count, 3)):
        row, column = int(y * 0.62 * canvas.height), int(x * (canvas.width - 2))
        size = 1 + int(light > 0.9) * max(1, canvas.height // 700)
        spot = canvas.pixels[row : row + size, column : column + size]
        spot += (255.0 - spot) * (0.15 + 0.75 * light * light)
    x = canvas.width * float(rng.uniform(0.28, 0.72))
    y = canvas.height * float(rng.uniform(0.22, 0.36))
    radius = min(canvas.width, canvas.height) * float(rng.uniform(0.075, 0.12))
    canvas.glow(x, y, radius * 4.5, sky.sun, 0.45)
    canvas.disc(x, y, radius, sky.sun)
    for _ in range(6):
        angle, far = rng.uniform(0, 2 * np.pi), radius * 0.62 * np.sqrt(rng.uniform(0, 1))
        shade = mixed(sky.sun, sky.low, 0.22)
        size = radius * float(rng.uniform(0.06, 0.2))
        canvas.disc(x + far * float(np.cos(angle)), y + far * float(np.sin(angle)), size, shade)
    land: list[Ridge] = []
    for i in range(4):
        t = i / 3
        noise = rolling(rng, canvas.width, 1.5 + t, 3, 0.4)
        line = floats(canvas.height * (0.62 + 0.28 * t) - canvas.height * 0.06 * noise)
        crest = mixed(sky.low, sky.near, 0.35 + 0.6 * t)
        land.append(
            Ridge(
                line, crest, mixed(crest, sky.near, 0.4), canvas.height * 0.2, _flanks(line, x, 0.2)
            )
        )
    canvas.ridges(land)


PLACES: dict[str, Painter] = {
    "mountains": mountains, "dunes": dunes, "sea": sea, "forest": forest, "city": city,
    "night": moonlight,
}  # fmt: skip

_NAMED = {
    "mountains": "mountain mountains landscape alps hills hill valley peak canyon volcano",
    "dunes": "desert dunes dune sahara",
    "sea": "sea ocean beach coast shore island waves sunset sunrise seascape lake",
    "forest": "forest woods trees tree jungle pines woodland",
    "city": "city skyline skyscraper skyscrapers street town tokyo",
    "night": "moon stars galaxy starry aurora",
}
_PAIRS = {"night sky": "night", "full moon": "night", "city skyline": "city", "new york": "city"}
WORDS: dict[str, str] = {
    word: place for place, words in _NAMED.items() for word in words.split()
} | _PAIRS


def paint(brief: Brief, rng: np.random.Generator, width: int, height: int) -> Bytes:
    """The picture of a place as (height, width, 3) sRGB bytes."""
    scene = brief.scene or "mountains"
    mood = brief.mood
    if not mood:
        mood = {"night": "night", "sea": "golden", "dunes": "low sun", "forest": "misty"}.get(
            scene, ""
        )
    if scene == "night" and mood not in {"neon", "pastel", "dramatic"}:
        mood = "night"
    colour = None if brief.colour in {scene, "golden", "ocean"} else brief.colour
    canvas = Canvas(width, height)
    PLACES[scene](canvas, weather_for(mood, brief.backdrop or colour), rng)
    return canvas.finished(rng)


def _sky(
    canvas: Canvas, sky: Weather, rng: np.random.Generator, horizon: float, *, low: bool = False
) -> float:
    """Sky, glow and sun (a moon after dark); the sun's column."""
    canvas.gradient([(0.0, sky.top), (horizon * 0.6, sky.middle), (horizon, sky.low)])
    x = canvas.width * float(rng.uniform(0.22, 0.78))
    drop = float(rng.uniform(0.72, 0.86)) if low else float(rng.uniform(0.42, 0.7))
    y = canvas.height * horizon * drop
    radius = min(canvas.width, canvas.height) * float(rng.uniform(0.045, 0.075))
    canvas.glow(x, y, radius * 6.0, sky.sun, 0.75)
    canvas.disc(x, y, radius, sky.sun)
    return x


def _flanks(line: Floats, sun: float, strength: float) -> Floats:
    """Lighter where a slope faces the sun's column, darker where it turns away."""
    count = len(line)
    reach = max(count // 26, 2)
    padded = np.pad(np.gradient(line), reach, mode="edge")
    slope = np.convolve(padded, np.ones(reach) / reach, mode="same")[reach:-reach]
    towards = np.tanh((sun - np.arange(count)) / (0.22 * count))
    return floats(np.tanh(slope * towards * 1.4) * strength)


def _glints(
    canvas: Canvas, horizon: int, sun: float, sky: Weather, rng: np.random.Generator
) -> None:
    """Short bright dashes on the water, dense under the sun."""
    tone = shown(sky.sun)
    rows = canvas.height - horizon
    for i in range(150):
        t = float(rng.uniform(0, 1)) ** 1.5
        y = horizon + t * rows * 0.8
        spread = canvas.width * (0.02 + 0.10 * t)
        x = sun + float(rng.normal()) * spread
        half = canvas.width * (0.006 + 0.034 * t) * float(rng.uniform(0.4, 1.0))
        thick = max(1.0, canvas.height * 0.0035 * (0.4 + t))
        left, right = max(int(x - half), 0), min(int(x + half), canvas.width)
        top, bottom = int(y), min(int(y + thick) + 1, canvas.height)
        if right - left < 2 or bottom <= top:
            continue
        fade = np.sin(np.linspace(0, np.pi, right - left))[None, :, None].astype(np.float32)
        patch = canvas.pixels[top:bottom, left:right]
        patch += (tone - patch) * fade * (0.55 - 0.25 * t + 0.004 * (i % 20))


def _firs(canvas: Canvas, ground: Floats, rng: np.random.Generator, tall: float) -> Floats:
    """The outline of a row of firs standing on `ground`."""
    line = floats(ground)
    gap = tall * 0.22
    at = -gap
    while at < canvas.width + gap:
        high = tall * float(rng.uniform(0.55, 1.0))
        half = high * float(rng.uniform(0.17, 0.23))
        left, right = max(int(at - half), 0), min(int(at + half) + 1, canvas.width)
        if right > left:
            away = np.abs(canvas.columns[left:right] - at) / half
            teeth = 0.055 * np.abs(np.mod(away * 6.5, 1.0) - 0.5)
            shape = np.clip(1.0 - away - teeth + 0.02, 0, 1)
            foot = ground[min(max(int(at), 0), canvas.width - 1)] + tall * 0.03
            line[left:right] = np.minimum(line[left:right], foot - high * shape)
        at += gap * float(rng.uniform(0.45, 1.5))
    return line


def _towers(
    canvas: Canvas, rng: np.random.Generator, wide: float, base: float, reach: float
) -> tuple[Floats, list[tuple[int, int]]]:
    """A skyline: flat roofs, some stepped, some with a mast; and each tower's columns."""
    line = np.full(canvas.width, canvas.height * base, np.float32)
    edges: list[tuple[int, int]] = []
    at = -wide * float(rng.uniform(0, 1))
    while at < canvas.width:
        span = wide * float(rng.uniform(0.6, 1.5))
        roof = canvas.height * (base - reach * float(rng.uniform(0.12, 1.0)) ** 1.4)
        left, right = max(int(at), 0), min(int(at + span), canvas.width)
        if right - left > 2:
            line[left:right] = roof
            edges.append((left, right))
            if rng.random() < 0.35:
                inset = (right - left) // 4
                line[left + inset : right - inset] = roof - canvas.height * 0.03
            if rng.random() < 0.18:
                middle = (left + right) // 2
                line[middle : middle + max(1, canvas.width // 400)] = roof - canvas.height * 0.10
        at += span + wide * float(rng.uniform(0.0, 0.25))
    return line, edges


def _windows(
    canvas: Canvas,
    line: Floats,
    edges: list[tuple[int, int]],
    sky: Weather,
    rng: np.random.Generator,
    near: float,
) -> None:
    """Lit windows in a grid on each tower: many and warm after dark, few by day."""
    tones = shown(linear("#ffd890")), shown(mixed(sky.low, sky.sun, 0.4))
    step = max(5, int(canvas.width * (0.009 + 0.006 * near)))
    for left, right in edges:
        chance = float(rng.uniform(0.04, 0.42)) * (1.0 if sky.dark else 0.3)
        roof = int(line[min(left + 1, canvas.width - 1)]) + step
        for y in range(roof, canvas.height - step, int(step * 1.3)):
            for x in range(left + step // 2, right - step + 1, step):
                if rng.random() < chance:
                    tone = tones[int(rng.random() < 0.3)]
                    patch = canvas.pixels[y : y + step // 2, x : x + max(2, step // 3)]
                    patch += (tone - patch) * float(rng.uniform(0.35, 0.95))
