"""Things that hold: cup, mug, vase, tumbler, bowl, teapot, potted plant."""

import math

import numpy as np

from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import COLOURS, linear, mixed, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import leaf, smooth
from pixelmill.imaging.sketch.subjects.registry import Look, subject


def _hollow(r: float, y: float, depth: float, skin: Material) -> list[Solid]:
    """The dark inside and what fills it, seen through the mouth of a vessel."""
    inside = Material(shifted(skin.colour, 0.42), gloss=0.1)
    return [Lathe([(r, y), (0.0, y + 0.001)], inside, casts=False)] if depth else []


@subject("cup", "mug", "coffee", "tea", "coffee cup", "teacup", "espresso cup", "latte",
         "cappuccino", "cocoa cup", "matcha latte", own="ivory", product=False)  # fmt: skip
def cup(look: Look) -> list[Solid]:
    """A cup of coffee with a handle."""
    side = 1.0 if look.rng.random() < 0.65 else -1.0
    tall = float(look.rng.uniform(0.48, 0.66))
    r = float(look.rng.uniform(0.29, 0.34))
    skin = Material(look.main, gloss=0.6)
    loop = [(r * 0.93, tall * 0.82), (r + 0.14, tall * 0.80), (r + 0.19, tall * 0.52),
            (r + 0.10, tall * 0.26), (r * 0.85, tall * 0.24)]  # fmt: skip
    handle = smooth([(x * side, y) for x, y in loop], closed=False)
    body = [(r * 0.62, 0.0), (r * 0.8, 0.0, 0.05), (r * 0.98, tall * 0.5, 0.2), (r, tall)]
    body += [(r - 0.012, tall + 0.006, 0.006), (r - 0.028, tall)]
    drink = Material(linear("#4a2a18"), gloss=0.7)
    foam = Material(linear("#b98552"), gloss=0.2)
    return [
        Puff((handle,), skin, stroke=0.06),
        Lathe(body, skin),
        Lathe([(r - 0.03, 0.0), (0.0, 0.001)], foam, base=tall - 0.012, casts=False),
        Lathe([(r - 0.055, 0.0), (0.0, 0.001)], drink, base=tall - 0.012, casts=False),
    ]


@subject("vase", "vases", "urn", "amphora", "jug", "pitcher", "carafe", own="terracotta",
         product=False)  # fmt: skip
def vase(look: Look) -> list[Solid]:
    """A thrown vase, some with dry stems."""
    rng = look.rng
    belly, neck, lip = (float(rng.uniform(*b)) for b in ((0.22, 0.34), (0.06, 0.12), (0.08, 0.15)))
    at = float(rng.uniform(0.26, 0.5))
    body = [(0.1, 0.0), (0.13, 0.0, 0.02), (belly, at, 0.3), (neck, 0.74, 0.22), (lip, 0.9)]
    body += [(lip - 0.02, 0.905)]
    skin = Material(look.main, gloss=0.35)
    stems: list[Solid] = []
    if rng.random() < 0.6:
        green = Material(linear("#8a8f5c" if rng.random() < 0.5 else "#b39a6a"), gloss=0.05)
        for i in range(5):
            lean = 0.28 * (i - 2) + float(rng.uniform(-0.1, 0.1))
            reach = float(rng.uniform(0.32, 0.5))
            tip = (math.sin(lean) * reach, 0.88 + math.cos(lean) * reach)
            path = smooth([(0.0, 0.8), (tip[0] * 0.35, 0.88 + reach * 0.4), tip], closed=False)
            stems.append(Puff((path,), green, stroke=0.012, z=-0.02))
            stems.append(
                Puff((leaf(tip[0], tip[1] - 0.05, math.pi / 2 - lean, 0.17, 0.035),), green, 0.03)
            )
    return [*stems, Lathe(body, skin), *_hollow(lip - 0.022, 0.895, 0.1, skin)]


@subject("tumbler", "glass", "drink", "water glass", "cocktail", "lemonade", "smoothie",
         "iced tea", own="ice", product=False)  # fmt: skip
def tumbler(look: Look) -> list[Solid]:
    """A glass, two thirds full."""
    r, tall = 0.24, float(look.rng.uniform(0.62, 0.78))
    fill = tall * float(look.rng.uniform(0.6, 0.75))
    pale = mixed(look.main, linear("#eef4f5"), 0.75)
    shell = Material(pale, gloss=0.95, clear=0.6)
    drink = Material(look.main, gloss=0.9, clear=0.8)
    top = Material(shifted(look.main, None), gloss=0.5)
    body = [(r * 0.86, 0.0), (r * 0.9, 0.0, 0.03), (r, tall), (r - 0.014, tall + 0.004)]
    inner = [
        (r * 0.86, 0.03),
        (r * 0.885, 0.05, 0.02),
        (r * 0.9 + 0.1 * r * fill / tall - 0.02, fill),
    ]
    inside = Material(mixed(pale, look.main, 0.2), gloss=0.2)
    return [
        Lathe(body, shell),
        Lathe([(r - 0.016, 0.0), (0.0, 0.001)], inside, base=tall, casts=False),
        Lathe(inner, drink, casts=False),
        Lathe([(inner[-1][0], 0.0), (0.0, 0.001)], top, base=fill, casts=False),
    ]


@subject("bowl", "dish", "salad", "soup", "ramen", "cereal", "oatmeal bowl", own="ivory",
         product=False)  # fmt: skip
def bowl(look: Look) -> list[Solid]:
    """A round bowl with something pale in it."""
    r, tall = float(look.rng.uniform(0.42, 0.5)), float(look.rng.uniform(0.26, 0.34))
    skin = Material(look.main, gloss=0.45)
    turn = np.linspace(-1.25, 0.0, 14)
    curve = [(float(r * np.cos(a)), float(tall * (1 + np.sin(a)))) for a in turn]
    inside = Material(shifted(look.main, 0.55), gloss=0.15)
    food = Material(look.cap, gloss=0.15)
    body = [(0.16, 0.0), (0.17, 0.03), *curve[1:], (r - 0.025, tall + 0.004)]
    mound = [(r * 0.7, 0.0), (r * 0.55, 0.035, 0.04), (0.0, 0.05)]
    return [
        Lathe(body, skin),
        Lathe([(r - 0.027, 0.0), (0.0, 0.001)], inside, base=tall, casts=False),
        Lathe(mound, food, base=tall - 0.01, casts=False),
    ]


@subject("teapot", "kettle", "coffee pot", own="teal", product=False)
def teapot(look: Look) -> list[Solid]:
    """A round pot: spout, handle, lid with a knob."""
    side = 1.0 if look.rng.random() < 0.5 else -1.0
    skin = Material(look.main, gloss=0.6)
    knob = Material(look.cap, gloss=0.5)
    turn = np.linspace(-1.2, 1.15, 22)
    body = [(float(0.36 * np.cos(a)), float(0.3 * (0.93 + np.sin(a)))) for a in turn]
    spout = [(0.28, 0.2), (0.45, 0.26), (0.52, 0.4), (0.6, 0.5)]
    loop = [(-0.3, 0.45), (-0.46, 0.5), (-0.56, 0.36), (-0.5, 0.2), (-0.31, 0.15)]
    arc = np.linspace(-1.3, np.pi / 2, 14)
    ball = [(float(0.05 * np.cos(a)), float(0.05 * (1 + np.sin(a)))) for a in arc]
    lid = [(0.17, 0.0), (0.175, 0.01, 0.01), (0.13, 0.055, 0.06), (0.0, 0.07)]
    return [
        Puff((smooth([(x * side, y) for x, y in loop], closed=False),), skin, stroke=0.055),
        Puff((smooth([(x * side, y) for x, y in spout], closed=False),), skin, stroke=0.085),
        Lathe(body, skin),
        Lathe(lid, skin, base=0.545),
        Lathe(ball, knob, base=0.60),
    ]


@subject("plant", "leaf", "leaves", "houseplant", "potted plant", "cactus", "succulent",
         "monstera", "fern plant", "flower", "flowers", "bouquet", "tulip", "herb", "basil",
         "tree in pot", "bonsai", own="green", product=False)  # fmt: skip
def plant(look: Look) -> list[Solid]:
    """A leafy plant in a clay pot."""
    rng = look.rng
    pot_skin = Material(linear(COLOURS["terracotta"]), gloss=0.1)
    solids: list[Solid] = []
    count = int(rng.integers(8, 13))
    for i in range(count):
        spread = (i / (count - 1) - 0.5) * 2.7 * (1 if i % 2 else -1)
        reach = float(rng.uniform(0.34, 0.52)) * (1.0 - 0.12 * abs(spread))
        angle = math.pi / 2 - spread
        tone = shifted(look.main, float(rng.uniform(0.42, 0.66)))
        bend = float(rng.uniform(0.05, 0.16)) * (1 if spread < 0 else -1)
        blade = leaf(0.0, 0.36, angle, reach, reach * 0.24, bend)
        z = -0.06 + 0.1 * i / count
        solids.append(Puff((blade,), Material(tone, gloss=0.35), swell=0.06, z=z))
    pot = [(0.15, 0.0), (0.17, 0.0, 0.015), (0.21, 0.3), (0.232, 0.302, 0.01), (0.238, 0.38, 0.012)]
    pot += [(0.21, 0.382)]
    soil = Material(linear("#3b2a20"), gloss=0.0)
    earth = Lathe([(0.21, 0.0), (0.0, 0.001)], soil, base=0.375, casts=False)
    low = Lathe([(0.205, 0.3), (0.21, 0.31)], pot_skin, casts=False)
    return [Lathe(pot, pot_skin), earth, low, *solids]
