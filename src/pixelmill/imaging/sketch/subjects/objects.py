"""Things of the house: book, box, bag, watch, phone, headphones, lamp, chair."""

import math

import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, floats
from pixelmill.imaging.sketch.facets import Facets, block, prism
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import grey, linear, mixed, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import Points, oval, smooth
from pixelmill.imaging.sketch.subjects.flacon import front_decal
from pixelmill.imaging.sketch.subjects.registry import Look, subject


def rounded(wide: float, tall: float, corner: float, x: float = 0.0, y: float = 0.0) -> Floats:
    """A rectangle with round corners about (x, y), counter-clockwise."""
    parts: list[np.ndarray] = []
    for i, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        turn = np.linspace(i * np.pi / 2, (i + 1) * np.pi / 2, 8)
        middle = [x + sx * (wide / 2 - corner), y + sy * (tall / 2 - corner)]
        parts.append(np.column_stack([np.cos(turn), np.sin(turn)]) * corner + middle)
    return floats(np.concatenate(parts))


@subject("book", "books", "notebook", "journal", "magazine", "novel", "diary", own="navy")
def book(look: Look) -> list[Solid]:
    """One to three stacked books."""
    rng = look.rng
    solids: list[Solid] = []
    y = 0.0
    for i in range(int(rng.integers(1, 4))):
        wide, thick = float(rng.uniform(0.78, 0.92)), float(rng.uniform(0.12, 0.17))
        yaw = float(rng.uniform(-0.35, 0.35))
        cover = shifted(look.main, (None, 0.72, 0.45)[i], turn=(0.0, 12.0, -18.0)[i])
        skin = Material(cover, gloss=0.15)
        paper = Material(linear("#efe6d2"), gloss=0.0)
        deep = 0.6
        solids += [
            Facets(block((wide, 0.022, deep), (0, y, 0), yaw), skin, 0.008),
            Facets(
                block((wide - 0.04, thick - 0.04, deep - 0.04), (0, y + 0.02, 0), yaw), paper, 0.006
            ),
            Facets(block((wide, 0.022, deep), (0, y + thick - 0.022, 0), yaw), skin, 0.008),
        ]
        y += thick
    return solids


@subject(
    "box",
    "boxes",
    "package",
    "packaging",
    "carton",
    "parcel",
    "gift",
    "present",
    "crate",
    own="tan",
)
def box(look: Look) -> list[Solid]:
    """A carton with a label and a lid line."""
    rng = look.rng
    yaw = float(rng.uniform(0.15, 0.45)) * (1 if rng.random() < 0.5 else -1)
    wide, tall, deep = float(rng.uniform(0.55, 0.8)), float(rng.uniform(0.5, 0.8)), 0.42
    skin = Material(look.main, gloss=0.1)
    lid = Material(shifted(look.main, None, turn=0.0), gloss=0.1)
    decal = front_decal(look, yaw, deep / 2 + 0.012, (0.0, tall * 0.4), (wide * 0.24, tall * 0.2))
    top = Facets(block((wide + 0.03, tall * 0.2, deep + 0.03), (0, tall * 0.8, 0), yaw), lid, 0.012)
    return [Facets(block((wide, tall * 0.8, deep), yaw=yaw), skin, 0.012), *decal, top]


_BAG: Points = [
    (-0.46, 0.03), (-0.5, 0.25), (-0.41, 0.58), (-0.2, 0.62), (0.2, 0.62),
    (0.41, 0.58), (0.5, 0.25), (0.46, 0.03), (0.2, 0.0), (-0.2, 0.0),
]  # fmt: skip
_FLAP: Points = [
    (-0.42, 0.6), (-0.2, 0.64), (0.2, 0.64), (0.42, 0.6),
    (0.36, 0.4), (0.12, 0.32), (-0.12, 0.32), (-0.36, 0.4),
]  # fmt: skip


@subject(
    "bag",
    "handbag",
    "tote",
    "backpack",
    "purse",
    "satchel",
    "shopping bag",
    "leather bag",
    own="caramel",
)
def bag(look: Look) -> list[Solid]:
    """A soft handbag with two handles, a flap and a clasp."""
    skin = Material(look.main, gloss=0.35)
    dark = Material(shifted(look.main, 0.38), gloss=0.3)
    gold = Material(linear("#d8ad55"), gloss=0.8, metal=0.8)
    body, flap = smooth(_BAG), smooth(_FLAP)
    strap = smooth(
        [(-0.24, 0.58), (-0.2, 0.86), (0.0, 0.98), (0.2, 0.86), (0.24, 0.58)], closed=False
    )
    far = smooth([(-0.2, 0.6), (-0.15, 0.84), (0.02, 0.94), (0.2, 0.82), (0.26, 0.6)], closed=False)
    return [
        Puff((far,), dark, stroke=0.04, z=-0.08),
        Puff((body,), skin, swell=0.16),
        Puff(
            (flap,),
            Material(mixed(look.main, dark.colour, 0.12), gloss=0.4),
            swell=0.05,
            casts=False,
        ),
        Puff((strap,), skin, stroke=0.045),
        Puff((oval(0, 0.36, 0.045, 0.045),), gold, swell=0.03, casts=False),
    ]


@subject("watch", "wristwatch", "clock", "smartwatch", "alarm clock", own="silver")
def watch(look: Look) -> list[Solid]:
    """A wristwatch standing upright: strap, case, dial, hands."""
    rng = look.rng
    strap = Material(look.cap if look.named else linear("#5a3827"), gloss=0.25)
    case = Material(look.main, gloss=0.85, metal=0.6)
    dial = Material(linear("#f3efe6") if rng.random() < 0.5 else linear("#1e2430"), gloss=0.3)
    hand = Material(grey(0.15) if dial.colour[0] > 0.5 else grey(0.9), gloss=0.3)
    mid = 0.5
    band = floats(
        [
            [-0.13, 0.0],
            [0.13, 0.0],
            [0.17, 0.34],
            [0.17, 0.66],
            [0.13, 1.0],
            [-0.13, 1.0],
            [-0.17, 0.66],
            [-0.17, 0.34],
        ]
    )
    solids: list[Solid] = [
        Puff((band,), strap, swell=0.07),
        Puff((oval(0.31, mid, 0.03, 0.035),), case, swell=0.03, casts=False),
        Puff((oval(0, mid, 0.29, 0.29),), case, swell=0.06, z=0.02),
        Puff((oval(0, mid, 0.235, 0.235),), dial, swell=0.012, z=0.02, casts=False),
    ]
    marks = []
    for i in range(12):
        a = i * math.pi / 6
        marks.append(floats([[math.sin(a) * r, mid + math.cos(a) * r] for r in (0.18, 0.21)]))
    solids.append(Puff(tuple(marks), hand, stroke=0.011, z=0.02, casts=False))
    for a, reach, thick in ((-1.05, 0.12, 0.022), (1.0, 0.17, 0.016)):
        tip = floats([[0, mid], [math.sin(a) * reach, mid + math.cos(a) * reach]])
        solids.append(Puff((tip,), hand, stroke=thick, z=0.02, casts=False))
    return solids


@subject("phone", "smartphone", "iphone", "mobile", "tablet", "screen", own="graphite")
def phone(look: Look) -> list[Solid]:
    """A slab of a phone, screen lit with two shapes."""
    yaw = float(look.rng.uniform(0.12, 0.3)) * (1 if look.rng.random() < 0.5 else -1)
    case = Facets(
        prism(rounded(0.5, 1.0, 0.075, 0, 0.5), 0.035, -0.035, yaw),
        Material(look.main, gloss=0.7),
        0.014,
    )
    screen = prism(rounded(0.46, 0.96, 0.06, 0, 0.5), 0.037, 0.036, yaw)[-1:]
    glow = Material(shifted(look.cap, 0.5), gloss=0.4)
    shapes: list[Solid] = []
    for r, x, y, tone in ((0.15, -0.03, 0.62, look.paper), (0.09, 0.1, 0.4, look.cap)):
        ring = prism(oval(x, y, r, r), 0.039, 0.038, yaw)[-1:]
        shapes.append(Facets(ring, Material(tone, gloss=0.2), 0.0, casts=False))
    return [case, Facets(screen, glow, 0.0, casts=False), *shapes]


@subject("headphones", "headphone", "headset", "earphones", own="charcoal")
def headphones(look: Look) -> list[Solid]:
    """Headphones standing on their cushions."""
    skin = Material(look.main, gloss=0.55)
    soft = Material(shifted(look.main, 0.3), gloss=0.1)
    metal = Material(look.cap, gloss=0.7, metal=0.4)
    turn = np.linspace(math.pi * 1.02, -math.pi * 0.02, 40)
    bow = floats(np.column_stack([0.36 * np.cos(turn), 0.46 + 0.46 * np.sin(turn)]))
    pad = floats(np.column_stack([0.335 * np.cos(turn[8:-8]), 0.455 + 0.43 * np.sin(turn[8:-8])]))
    solids: list[Solid] = [Puff((bow,), metal, stroke=0.04), Puff((bow[8:-8],), skin, stroke=0.075)]
    solids.append(Puff((pad,), soft, stroke=0.05, casts=False))
    for side in (-1, 1):
        solids.append(Puff((oval(side * 0.28, 0.27, 0.085, 0.235, side * 0.06),), soft, swell=0.08))
        solids.append(Puff((oval(side * 0.385, 0.27, 0.085, 0.21, side * 0.06),), skin, swell=0.09))
    return solids


@subject("lamp", "desk lamp", "lantern", "table lamp", "lampshade", own="mustard", product=False)
def lamp(look: Look) -> list[Solid]:
    """A table lamp with a cone shade."""
    skin = Material(look.main, gloss=0.3)
    foot = Material(look.cap, gloss=0.5)
    wide, slim = float(look.rng.uniform(0.3, 0.38)), float(look.rng.uniform(0.12, 0.22))
    base = [(0.2, 0.0), (0.21, 0.0, 0.01), (0.21, 0.035, 0.015), (0.025, 0.05, 0.01), (0.022, 0.62)]
    shade = [(wide, 0.0), (slim, 0.4, 0.01), (slim - 0.02, 0.405), (0.0, 0.39)]
    bulb = Material((1.6, 1.35, 0.9), gloss=0.0)
    arc = np.linspace(-np.pi / 2, np.pi / 2, 16)
    globe = [(float(0.07 * np.cos(a)), float(0.07 * (1 + np.sin(a)))) for a in arc]
    return [
        Lathe(base, foot),
        Lathe(globe, bulb, base=0.5, casts=False),
        Lathe(shade, skin, base=0.56),
    ]


@subject("chair", "armchair", "stool", "seat", "sofa", "furniture", own="oat", product=False)
def chair(look: Look) -> list[Solid]:
    """A round-backed easy chair on four legs."""
    skin = Material(look.main, gloss=0.12)
    wood = Material(linear("#8a5a30"), gloss=0.3)
    legs: list[Solid] = []
    for x, z in ((-0.3, -0.2), (0.3, -0.2), (-0.32, 0.2), (0.32, 0.2)):
        path = floats([[x * 1.1, 0.02], [x * 0.9, 0.34]])
        legs.append(Puff((path,), wood, stroke=0.045, z=z))
    back = smooth(
        [
            (-0.36, 0.4),
            (-0.42, 0.75),
            (-0.3, 0.98),
            (0.0, 1.03),
            (0.3, 0.98),
            (0.42, 0.75),
            (0.36, 0.4),
        ]
    )
    cushion = [(0.38, 0.0), (0.42, 0.01, 0.05), (0.42, 0.13, 0.06), (0.0, 0.15)]
    arms: list[Solid] = [
        Puff(
            (
                smooth(
                    [
                        (s * 0.37, 0.35),
                        (s * 0.47, 0.42),
                        (s * 0.46, 0.6),
                        (s * 0.36, 0.62),
                        (s * 0.32, 0.4),
                    ]
                ),
            ),
            skin,
            0.08,
            z=0.05,
        )
        for s in (-1, 1)
    ]
    return [*legs, Puff((back,), skin, swell=0.13, z=-0.18), Lathe(cushion, skin, base=0.32), *arms]
