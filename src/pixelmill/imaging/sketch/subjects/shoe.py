"""A sneaker in profile."""

from pixelmill.imaging.sketch.arrays import Floats, floats
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import linear, mixed, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import Points, smooth
from pixelmill.imaging.sketch.subjects.registry import Look, subject

_OUTLINES: tuple[Points, ...] = (
    [(-0.54, 0.5), (-0.46, 0.6), (-0.3, 0.6), (-0.14, 0.58), (-0.16, 0.42), (-0.4, 0.38)],
    [(-0.24, 0.44), (-0.21, 0.66), (-0.12, 0.74), (-0.04, 0.7), (0.06, 0.48), (-0.1, 0.38)],
    [(-0.64, 0.1), (-0.655, 0.3), (-0.625, 0.5), (-0.57, 0.585), (-0.5, 0.56), (-0.4, 0.47),
     (-0.26, 0.445), (-0.15, 0.52), (-0.06, 0.6), (0.04, 0.55), (0.2, 0.43), (0.38, 0.315),
     (0.56, 0.26), (0.67, 0.19), (0.7, 0.1), (0.4, 0.08), (-0.4, 0.08)],
    [(0.36, 0.31), (0.5, 0.28), (0.62, 0.225), (0.69, 0.15), (0.69, 0.1), (0.42, 0.1),
     (0.36, 0.2)],
    [(-0.625, 0.1), (-0.645, 0.3), (-0.62, 0.44), (-0.54, 0.4), (-0.47, 0.25), (-0.44, 0.1)],
    [(-0.36, 0.13), (-0.16, 0.22), (0.02, 0.4), (0.09, 0.37), (0.04, 0.22), (-0.04, 0.13)],
    [(-0.68, 0.02), (-0.69, 0.11), (-0.6, 0.155), (-0.2, 0.14), (0.3, 0.13), (0.62, 0.15),
     (0.74, 0.15), (0.76, 0.07), (0.68, 0.01), (0.0, 0.0), (-0.58, 0.0)],
)  # fmt: skip
"""Opening, tongue, upper, toe cap, heel, stripe, sole."""
_SWELLS = (0.04, 0.07, 0.16, 0.07, 0.07, 0.025, 0.06)


@subject("shoe", "shoes", "sneaker", "sneakers", "trainer", "trainers", "boot", "boots",
         "running shoe", own="white")  # fmt: skip
def shoe(look: Look) -> list[Solid]:
    """A low sneaker: sole, upper, toe cap, tongue, stripe and laces."""
    flip = 1.0 if look.rng.random() < 0.5 else -1.0

    def line(points: Points, *, closed: bool = True) -> Floats:
        return smooth([(x * flip, y) for x, y in points], closed=closed)

    upper = Material(look.main, gloss=0.2)
    pale = mixed(look.paper, look.main, 0.06)
    sole = Material(pale, gloss=0.25)
    dark = Material(shifted(look.main, 0.36), gloss=0.1)
    trim = Material(look.paper, gloss=0.15)
    solids: list[Solid] = []
    toe = Material(mixed(look.main, dark.colour, 0.12), gloss=0.3)
    heel = Material(mixed(look.main, dark.colour, 0.35), gloss=0.2)
    skins = (dark, upper, upper, toe, heel, trim, sole)
    parts = zip(_OUTLINES, skins, _SWELLS, strict=True)
    for points, skin, swell in parts:
        outline = floats(line(points))
        solids.append(Puff((outline,), skin, swell=swell, casts=skin is not trim))
    for i in range(4):
        x, y = -0.02 + 0.085 * i, 0.535 - 0.052 * i
        lace = line(
            [(x - 0.05, y + 0.02), (x + 0.01, y + 0.005), (x + 0.05, y - 0.06)], closed=False
        )
        solids.append(Puff((floats(lace),), trim, stroke=0.026, casts=False))
    groove = line([(-0.69, 0.055), (0.0, 0.045), (0.71, 0.06)], closed=False)
    faint = Material(mixed(pale, linear("#6a6258"), 0.5), gloss=0.0)
    solids.append(Puff((floats(groove),), faint, stroke=0.008, casts=False))
    return solids
