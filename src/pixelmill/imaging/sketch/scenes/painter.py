"""A flat canvas for landscapes: gradients, glows, discs and ridges laid one over another."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Bytes, Colour, Floats, floats
from pixelmill.imaging.sketch.palette import COLOURS, linear, mixed, shifted


@dataclass(frozen=True, slots=True)
class Weather:
    """The colours of a place at an hour: sky from top to horizon, sun, near ground, haze."""

    top: Colour
    middle: Colour
    low: Colour
    sun: Colour
    near: Colour
    dark: bool = False


def _weather(
    top: str, middle: str, low: str, sun: str, near: str, *, dark: bool = False
) -> Weather:
    return Weather(linear(top), linear(middle), linear(low), linear(sun), linear(near), dark)


WEATHERS: dict[str, Weather] = {
    "": _weather("#6da3d8", "#a9cbe8", "#eaf0ee", "#fff6df", "#2d4a3f"),
    "daylight": _weather("#6da3d8", "#a9cbe8", "#eaf0ee", "#fff6df", "#2d4a3f"),
    "low sun": _weather("#5a6aa6", "#e59a7c", "#ffd79c", "#fff0c0", "#38233f"),
    "golden": _weather("#8f8fb8", "#f0b988", "#ffe2ae", "#fff4cf", "#4b3027"),
    "overcast": _weather("#97a4b0", "#bcc6cc", "#dfe3e3", "#f4f4f0", "#39464c"),
    "misty": _weather("#b9c5cb", "#d3dbdc", "#eef0ec", "#fbf8ec", "#415558"),
    "night": _weather("#0a1230", "#1b2a5a", "#4a5f98", "#f4efdc", "#060a1a", dark=True),
    "neon": _weather("#150a38", "#57207a", "#ff5fa8", "#ffd0e8", "#0d0624", dark=True),
    "pastel": _weather("#b9c6f0", "#e6d3ee", "#fde3dc", "#fffaf0", "#877fb0"),
    "dramatic": _weather("#1d2536", "#5a4a55", "#d9925a", "#ffdca8", "#0e1119", dark=True),
}


def weather_for(mood: str, colour: str | None) -> Weather:
    """The weather of a mood, drawn towards a named colour."""
    base = WEATHERS.get(mood, WEATHERS[""])
    if colour is None:
        return base
    tint = linear(COLOURS[colour])
    return Weather(
        mixed(base.top, tint, 0.45),
        mixed(base.middle, tint, 0.5),
        mixed(base.low, shifted(tint, 0.85), 0.5),
        base.sun,
        mixed(base.near, shifted(tint, 0.28), 0.6),
        base.dark,
    )


@dataclass(frozen=True, slots=True)
class Ridge:
    """Land below `line` (a row for each column), from `crest` to `foot` over `deep` pixels.

    `tone` brightens or darkens the crest column by column: the lit and shaded flanks.
    """

    line: Floats
    crest: Colour
    foot: Colour
    deep: float
    tone: Floats | None = None


class Canvas:
    """A picture in 0..255 gamma values, painted from far to near."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.pixels = np.zeros((height, width, 3), np.float32)
        self.columns = np.arange(width, dtype=np.float32) + 0.5
        self.rows = np.arange(height, dtype=np.float32) + 0.5

    def gradient(self, stops: Sequence[tuple[float, Colour]], top: int = 0) -> None:
        """Fills downwards from row `top`; stops are (part of the height, colour)."""
        places = [s[0] * self.height for s in stops]
        tones = np.stack([shown(s[1]) for s in stops])
        for band in range(3):
            line = np.interp(self.rows[top:], places, tones[:, band])
            self.pixels[top:, :, band] = line[:, None]

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Adds a soft light about (x, y), in pixels."""
        small_w, small_h = max(2, self.width // 8), max(2, self.height // 8)
        u = (np.arange(small_w, dtype=np.float32) + 0.5) * self.width / small_w - x
        v = (np.arange(small_h, dtype=np.float32) + 0.5) * self.height / small_h - y
        away = (u[None, :] ** 2 + v[:, None] ** 2) / (radius * radius)
        light = floats(strength * np.exp(-np.sqrt(away) * 1.6))
        light = cv2.resize(light, (self.width, self.height), interpolation=cv2.INTER_LINEAR)
        for band, tone in enumerate(shown(colour)):
            channel = self.pixels[..., band]
            channel += (float(tone) - channel) * light

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """An antialiased disc."""
        top, left = max(int(y - radius) - 2, 0), max(int(x - radius) - 2, 0)
        rows = self.rows[top : int(y + radius) + 3] - y
        columns = self.columns[left : int(x + radius) + 3] - x
        away = np.hypot(columns[None, :], rows[:, None])
        cover = np.clip(radius - away + 0.5, 0, 1)[..., None].astype(np.float32)
        patch = self.pixels[top : top + len(rows), left : left + len(columns)]
        patch += (shown(colour) - patch) * cover

    def ridges(self, ridges: Sequence["Ridge"]) -> None:
        """Paints ridges from far to near, each only as far down as the next one leaves visible."""
        lowest = [int(ridge.line.max()) + 2 for ridge in ridges[1:]] + [self.height]
        for ridge, until in zip(ridges, lowest, strict=True):
            self._ridge(ridge, min(until, self.height))

    def _ridge(self, ridge: "Ridge", until: int) -> None:
        top = max(int(ridge.line.min()) - 1, 0)
        if top >= until:
            return
        below = self.rows[top:until, None] - ridge.line[None, :]
        cover = np.clip(below + 0.5, 0.0, 1.0)
        fall = np.clip(below * (1.0 / ridge.deep), 0.0, 1.0)
        flank = None
        if ridge.tone is not None:
            flank = 1.0 + ridge.tone[None, :] * (1.0 - fall) ** 2
        high, low = shown(ridge.crest), shown(ridge.foot)
        for band in range(3):
            colour = float(high[band]) + float(low[band] - high[band]) * fall
            if flank is not None:
                colour *= flank
            channel = self.pixels[top:until, :, band]
            channel += (colour - channel) * cover

    def finished(self, rng: np.random.Generator) -> Bytes:
        """The picture as bytes, dithered against banding."""
        noise = floats(rng.uniform(-0.35, 0.35, (64, self.width, 1)))
        for row in range(0, self.height, 64):
            strip = self.pixels[row : row + 64]
            strip += noise[: len(strip)]
        return np.asarray(cv2.convertScaleAbs(np.clip(self.pixels, 0, 255)), dtype=np.uint8)


def shown(colour: Colour) -> Floats:
    """Linear light to 0..255 gamma values."""
    return floats(np.sqrt(np.clip(colour, 0.0, 1.0)) * 255.0)


def rolling(
    rng: np.random.Generator, count: int, cells: float, octaves: int, rough: float
) -> Floats:
    """Fractal noise along a line of `count` columns, about -1..1."""
    total = np.zeros(count, np.float32)
    for octave in range(octaves):
        cuts = int(np.ceil(cells * 2**octave)) + 4
        knots = rng.uniform(-1, 1, (1, cuts)).astype(np.float32)
        step = max(2, int(np.ceil(count / (cuts - 3))))
        curve = cv2.resize(knots, (cuts * step, 1), interpolation=cv2.INTER_CUBIC)[0]
        total += curve[step : step + count] * rough**octave
    return floats(total)
