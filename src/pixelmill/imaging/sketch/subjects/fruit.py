"""Fruit and round things: apple, orange, lemon, pear, cherry, stone, ball, egg."""

import numpy as np

from pixelmill.imaging.sketch.arrays import Floats
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import linear, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import leaf, smooth
from pixelmill.imaging.sketch.subjects.registry import Look, subject

_STEM = Material(linear("#5a3d22"), gloss=0.1)
_LEAF = Material(linear("#4f8a34"), gloss=0.3)


def _turned(radii: list[float], heights: list[float]) -> list[tuple[float, float]]:
    """A smooth profile through radii at heights."""
    path: Floats = smooth(list(zip(radii, heights, strict=True)), closed=False, steps=7)
    return [(max(float(r), 0.0), float(y)) for r, y in path]


def _twig(y: float, lean: float = 0.05) -> list[Solid]:
    path = smooth([(0.0, y - 0.06), (lean * 0.3, y + 0.03), (lean, y + 0.1)], closed=False)
    return [Puff((path,), _STEM, stroke=0.022)]


@subject("apple", "apples", "cherry tomato", "tomatoes", own="red", product=False)
def apple(look: Look) -> list[Solid]:
    """An apple with a stem and a leaf."""
    profile = _turned(
        [0.13, 0.3, 0.4, 0.36, 0.2, 0.06, 0.0], [0.0, 0.1, 0.38, 0.6, 0.7, 0.66, 0.64]
    )
    blade = leaf(0.02, 0.74, 0.5, 0.24, 0.06, 0.1)
    body = Lathe(profile, Material(look.main, gloss=0.55))
    return [body, *_twig(0.7), Puff((blade,), _LEAF, swell=0.04)]


@subject("orange", "oranges", "mandarin", "clementine", "peach", "peaches", "grapefruit",
         own="orange", product=False)  # fmt: skip
def orange(look: Look) -> list[Solid]:
    """An orange with a leaf."""
    arc = np.linspace(-1.35, np.pi / 2, 40)
    profile = [(float(0.38 * np.cos(a)), float(0.36 * (0.975 + np.sin(a)))) for a in arc]
    skin = Material(look.main, gloss=0.3, texture="stone")
    blade = leaf(0.0, 0.7, 0.4, 0.26, 0.07, 0.1)
    return [Lathe(profile, skin), *_twig(0.71, 0.02), Puff((blade,), _LEAF, swell=0.04)]


@subject("lemon", "lemons", "lime", "limes", own="lemon", product=False)
def lemon(look: Look) -> list[Solid]:
    """A lemon lying on its side, with a leaf."""
    body = smooth(
        [
            (-0.52, 0.3),
            (-0.42, 0.38),
            (-0.22, 0.53),
            (0.05, 0.59),
            (0.3, 0.5),
            (0.43, 0.36),
            (0.53, 0.29),
            (0.44, 0.22),
            (0.28, 0.08),
            (0.02, 0.01),
            (-0.24, 0.07),
            (-0.43, 0.21),
        ]
    )
    blade = leaf(-0.46, 0.34, 2.3, 0.26, 0.07, -0.1)
    skin = Material(look.main, gloss=0.35, texture="stone")
    return [Puff((blade,), _LEAF, swell=0.04), Puff((body,), skin, swell=0.29)]


@subject("pear", "pears", "avocado", "fig fruit", own="matcha", product=False)
def pear(look: Look) -> list[Solid]:
    """A pear with its stem."""
    radii = [0.1, 0.25, 0.34, 0.3, 0.19, 0.14, 0.08, 0.0]
    profile = _turned(radii, [0.0, 0.05, 0.26, 0.48, 0.66, 0.8, 0.9, 0.92])
    return [Lathe(profile, Material(look.main, gloss=0.4, texture="stone")), *_twig(0.93, 0.07)]


@subject("stone", "stones", "pebble", "pebbles", "rocks", "egg", "soap bar", own="terracotta")
def stone(look: Look) -> list[Solid]:
    """Balanced pebbles, or one round stone."""
    rng = look.rng
    solids: list[Solid] = []
    y, r = 0.0, float(rng.uniform(0.36, 0.44))
    count = int(rng.integers(1, 4))
    for _ in range(count):
        high = r * float(rng.uniform(0.62, 0.8)) if count > 1 else r
        arc = np.linspace(-1.2, np.pi / 2, 36)
        profile = [(float(r * np.cos(a)), float(high * (0.94 + np.sin(a)))) for a in arc]
        tone = shifted(look.main, None, turn=float(rng.uniform(-6, 6)))
        skin = Material(tone, gloss=0.18, texture="stone")
        solids.append(Lathe(profile, skin, base=y, x=float(rng.uniform(-0.03, 0.03))))
        y += high * 1.9
        r *= float(rng.uniform(0.6, 0.75))
    return solids


@subject("ball", "sphere", "orb", "pearl", "bubble", "planet", own="blush", product=False)
def ball(look: Look) -> list[Solid]:
    """One polished sphere."""
    arc = np.linspace(-np.pi / 2, np.pi / 2, 48)
    profile = [(float(0.42 * np.cos(a)), float(0.42 * (1 + np.sin(a)))) for a in arc]
    return [Lathe(profile, Material(look.main, gloss=0.6))]
