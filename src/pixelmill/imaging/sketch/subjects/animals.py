"""Animals as soft clay figures: cat, dog, bird, fish, rabbit."""

import math

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour, Floats, floats
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import grey, linear, mixed, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import Points, leaf, oval, smooth
from pixelmill.imaging.sketch.subjects.registry import Look, subject

_EYE = Material(grey(0.08), gloss=0.9)
_SPARK = Material((1.3, 1.3, 1.3), gloss=0.0)
_NOSE = Material(linear("#c9787a"), gloss=0.4)
_CAT_HEAD: Points = [
    (-0.25, 0.72), (-0.2, 0.88), (0.0, 0.93), (0.2, 0.88), (0.25, 0.72),
    (0.15, 0.58), (0.0, 0.55), (-0.15, 0.58),
]  # fmt: skip
_BIRD_BODY: Points = [
    (-0.42, 0.34), (-0.2, 0.52), (0.02, 0.78), (0.22, 0.86), (0.38, 0.74),
    (0.4, 0.5), (0.28, 0.24), (0.02, 0.12), (-0.24, 0.18),
]  # fmt: skip
_BIRD_CHEST: Points = [
    (0.02, 0.15), (0.24, 0.24), (0.37, 0.46), (0.36, 0.6), (0.2, 0.5),
    (0.02, 0.3), (-0.1, 0.18),
]  # fmt: skip
_BIRD_WING: Points = [
    (0.12, 0.56), (-0.08, 0.56), (-0.34, 0.36), (-0.5, 0.24), (-0.2, 0.24),
    (0.06, 0.36),
]  # fmt: skip
_FISH_BODY: Points = [
    (0.5, 0.5), (0.36, 0.68), (0.05, 0.76), (-0.24, 0.62), (-0.4, 0.5),
    (-0.24, 0.38), (0.05, 0.26), (0.36, 0.33),
]  # fmt: skip
_FISH_TAIL: Points = [
    (-0.32, 0.52), (-0.6, 0.82), (-0.76, 0.78), (-0.62, 0.5), (-0.78, 0.2),
    (-0.6, 0.18), (-0.32, 0.48),
]  # fmt: skip


def _clay(colour: Colour) -> Material:
    return Material(colour, gloss=0.16)


def _eyes(x: float, y: float, apart: float, size: float, z: float) -> list[Solid]:
    solids: list[Solid] = []
    for side in (-1, 1):
        at = x + side * apart
        solids.append(Puff((oval(at, y, size, size * 1.15),), _EYE, size, z=z, casts=False))
        spark = oval(at - size * 0.3, y + size * 0.45, size * 0.26, size * 0.26)
        solids.append(Puff((spark,), _SPARK, 0.01, z=z, casts=False))
    return solids


@subject("cat", "kitten", "cats", "kitty", own="apricot", product=False)
def cat(look: Look) -> list[Solid]:
    """A sitting cat with its tail curled round."""
    flip = 1.0 if look.rng.random() < 0.5 else -1.0
    fur, belly = _clay(look.main), _clay(mixed(look.main, grey(0.96), 0.6))
    inner = _clay(mixed(look.main, linear("#e59a94"), 0.7))
    tail = [(0.16, 0.06), (0.36, 0.05), (0.46, 0.16), (0.42, 0.32), (0.46, 0.42)]
    body = [
        (0.2, 0),
        (0.28, 0.03, 0.05),
        (0.27, 0.22, 0.15),
        (0.17, 0.5, 0.15),
        (0.1, 0.6),
        (0, 0.6),
    ]
    solids: list[Solid] = [
        Puff((smooth([(x * flip, y) for x, y in tail], closed=False),), fur, stroke=0.09, z=-0.05),
        Lathe(body, fur),
        Puff((oval(0, 0.3, 0.12, 0.2),), belly, swell=0.12, z=0.12, casts=False),
    ]
    for side in (-1, 1):
        solids.append(
            Puff((oval(side * 0.1, 0.05, 0.075, 0.055),), fur, swell=0.055, z=0.22, casts=False)
        )
        ear = [(side * 0.235, 0.78), (side * 0.215, 1.03), (side * 0.07, 0.9)]
        pink = [(side * 0.205, 0.84), (side * 0.2, 0.97), (side * 0.11, 0.89)]
        solids.append(Puff((smooth(ear, steps=3),), fur, swell=0.06))
        solids.append(Puff((floats(pink),), inner, swell=0.04, z=0.01, casts=False))
    return [*solids, *_cat_face(fur, belly)]


def _cat_face(fur: Material, belly: Material) -> list[Solid]:
    """Head, muzzle, nose, eyes and whiskers."""
    whisker = Material(grey(0.9), gloss=0.0)
    lines = tuple(
        floats([[s * 0.1, 0.66 + 0.012 * k], [s * 0.29, 0.67 + 0.035 * k]])
        for s in (-1, 1)
        for k in (-1, 0, 1)
    )
    muzzle = (oval(-0.045, 0.655, 0.062, 0.05), oval(0.045, 0.655, 0.062, 0.05))
    return [
        Puff((smooth(_CAT_HEAD),), fur, swell=0.2, z=0.02),
        Puff(muzzle, belly, swell=0.06, z=0.04, casts=False),
        Puff((oval(0.0, 0.69, 0.026, 0.018),), _NOSE, swell=0.02, z=0.04, casts=False),
        *_eyes(0.0, 0.76, 0.1, 0.036, 0.04),
        Puff(lines, whisker, stroke=0.006, z=0.04, casts=False),
    ]


@subject("dog", "puppy", "dogs", own="caramel", product=False)
def dog(look: Look) -> list[Solid]:
    """A sitting puppy with hanging ears."""
    fur, pale = _clay(look.main), _clay(mixed(look.main, grey(0.97), 0.65))
    dark = _clay(shifted(look.main, 0.36))
    body = [(0.2, 0.0), (0.27, 0.03, 0.05), (0.25, 0.25, 0.15), (0.17, 0.5, 0.1), (0.0, 0.58)]
    head = smooth(
        [
            (-0.22, 0.74),
            (-0.17, 0.9),
            (0, 0.95),
            (0.17, 0.9),
            (0.22, 0.74),
            (0.14, 0.57),
            (0, 0.53),
            (-0.14, 0.57),
        ]
    )
    ear = [(0.15, 0.92), (0.26, 0.9), (0.31, 0.74), (0.28, 0.58), (0.21, 0.6), (0.19, 0.75)]
    solids: list[Solid] = [
        Lathe(body, fur),
        Puff((oval(0, 0.3, 0.13, 0.2),), pale, swell=0.12, z=0.12, casts=False),
        Puff(
            (oval(-0.1, 0.05, 0.08, 0.055), oval(0.1, 0.05, 0.08, 0.055)),
            fur,
            0.055,
            z=0.22,
            casts=False,
        ),
        Puff((head,), fur, swell=0.2, z=0.02),
        Puff((oval(0, 0.645, 0.105, 0.085),), pale, swell=0.09, z=0.05, casts=False),
        Puff((oval(0, 0.69, 0.045, 0.032),), _EYE, swell=0.03, z=0.06, casts=False),
    ]
    for side in (-1, 1):
        outline = smooth([(x * side, y) for x, y in ear])
        solids += [Puff((outline,), dark, swell=0.05, z=0.05)]
    return solids + _eyes(0.0, 0.78, 0.095, 0.034, 0.05)


@subject(
    "bird", "birds", "sparrow", "robin", "chick", "owl", "parrot", "dove", own="sky", product=False
)
def bird(look: Look) -> list[Solid]:
    """A round little bird in profile."""
    flip = 1.0 if look.rng.random() < 0.5 else -1.0
    feather, belly = _clay(look.main), _clay(mixed(look.main, grey(0.97), 0.72))
    wing = _clay(shifted(look.main, 0.45))
    beak = Material(linear("#e8992c"), gloss=0.3)

    def at(points: Points) -> Floats:
        return smooth([(x * flip, y) for x, y in points])

    body = at(_BIRD_BODY)
    chest = at(_BIRD_CHEST)
    tail = at([(-0.3, 0.4), (-0.62, 0.34), (-0.66, 0.26), (-0.3, 0.24)])
    fold = at(_BIRD_WING)
    bill = floats([[0.37 * flip, 0.74], [0.54 * flip, 0.68], [0.38 * flip, 0.64]])
    legs = [
        floats([[x * flip, 0.16], [x * flip, 0.01], [(x + 0.07) * flip, 0.0]]) for x in (0.0, 0.12)
    ]
    eye = oval(0.26 * flip, 0.72, 0.036, 0.036)
    spark = oval(0.25 * flip, 0.735, 0.011, 0.011)
    return [
        Puff(tuple(legs), beak, stroke=0.028),
        Puff((floats(tail),), wing, swell=0.06),
        Puff((bill,), beak, swell=0.05),
        Puff((floats(body),), feather, swell=0.3),
        Puff((floats(chest),), belly, swell=0.16, casts=False),
        Puff((floats(fold),), wing, swell=0.1, casts=False),
        Puff((eye,), _EYE, swell=0.036, casts=False),
        Puff((spark,), _SPARK, swell=0.01, casts=False),
    ]


@subject("fish", "goldfish", "koi", "salmon fish", own="tangerine", product=False)
def fish(look: Look) -> list[Solid]:
    """A fish with long fins, above its own shadow."""
    flip = 1.0 if look.rng.random() < 0.5 else -1.0
    skin = Material(look.main, gloss=0.5)
    fin = Material(mixed(look.main, grey(0.97), 0.35), gloss=0.3)

    def at(points: Points) -> Floats:
        return smooth([(x * flip, y) for x, y in points])

    body = at(_FISH_BODY)
    tail = at(_FISH_TAIL)
    dorsal = at([(0.2, 0.7), (0.06, 0.94), (-0.18, 0.92), (-0.22, 0.62)])
    under = at([(0.1, 0.3), (-0.02, 0.12), (-0.16, 0.14), (-0.12, 0.34)])
    side = leaf(0.08 * flip, 0.46, math.pi - 0.35 if flip > 0 else 0.35, 0.22, 0.07)
    ring = np.linspace(-0.9, 0.9, 12)
    gill = floats(np.column_stack([(0.2 + 0.06 * np.cos(ring)) * flip, 0.5 + 0.15 * np.sin(ring)]))
    return [
        Puff((floats(tail),), fin, swell=0.06),
        Puff((floats(dorsal), floats(under)), fin, swell=0.05),
        Puff((floats(body),), skin, swell=0.24),
        Puff((gill,), fin, stroke=0.014, casts=False),
        Puff((side,), fin, swell=0.05, casts=False),
        Puff(
            (oval(0.35 * flip, 0.55, 0.05, 0.05),),
            Material(grey(0.95), gloss=0.3),
            0.03,
            casts=False,
        ),
        Puff((oval(0.36 * flip, 0.55, 0.031, 0.031),), _EYE, 0.03, casts=False),
    ]


@subject("rabbit", "bunny", "hare", own="oat", product=False)
def rabbit(look: Look) -> list[Solid]:
    """A sitting rabbit with upright ears."""
    fur, pale = _clay(look.main), _clay(mixed(look.main, grey(0.97), 0.6))
    inner = _clay(mixed(look.main, linear("#e59a94"), 0.7))
    body = [(0.2, 0.0), (0.27, 0.03, 0.05), (0.25, 0.2, 0.15), (0.15, 0.42, 0.1), (0.0, 0.48)]
    solids: list[Solid] = []
    for side in (-1, 1):
        solids.append(Puff((oval(side * 0.09, 0.86, 0.06, 0.2, side * -0.15),), fur, 0.06, z=-0.02))
        solids.append(
            Puff((oval(side * 0.09, 0.86, 0.03, 0.14, side * -0.15),), inner, 0.03, casts=False)
        )
    solids += [
        Lathe(body, fur),
        Puff((oval(0, 0.24, 0.12, 0.16),), pale, 0.12, z=0.12, casts=False),
        Puff(
            (oval(-0.12, 0.04, 0.09, 0.05), oval(0.12, 0.04, 0.09, 0.05)),
            fur,
            0.05,
            z=0.2,
            casts=False,
        ),
        Puff((oval(0, 0.58, 0.2, 0.17),), fur, 0.18, z=0.02),
        Puff(
            (oval(-0.04, 0.515, 0.05, 0.04), oval(0.04, 0.515, 0.05, 0.04)),
            pale,
            0.05,
            z=0.04,
            casts=False,
        ),
        Puff((oval(0, 0.55, 0.024, 0.016),), _NOSE, 0.02, z=0.05, casts=False),
    ]
    return solids + _eyes(0.0, 0.61, 0.095, 0.03, 0.04)
