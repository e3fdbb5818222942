"""A sneaker in profile."""

from pixelmill.imaging.sketch.arrays import floats
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import linear, mixed, shifted
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.curves import Points, smooth
from pixelmill.imaging.sketch.subjects.registry import Look, subject


@subject("shoe", "shoes", "sneaker", "sneakers", "trainer", "trainers", "boot", "boots",
         "running shoe", own="white")  # fmt: skip
def shoe(look: Look) -> list[Solid]:
    """A low sneaker: sole, upper, toe cap, tongue, stripe and laces."""
    flip = 1.0 if look.rng.random() < 0.5 else -1.0

    def line(points: Points, closed: bool = True) -> object:
        return smooth([(x * flip, y) for x, y in points], closed=closed)

    upper = Material(look.main, gloss=0.2)
    pale = mixed(look.paper, look.main, 0.06)
    sole = Material(pale, gloss=0.25)
    dark = Material(shifted(look.main, 0.36), gloss=0.1)
    trim = Material(look.paper, gloss=0.15)
    solids: list[Solid] = []
    parts: list[tuple[Points, Material, float]] = [
        ([(-0.36, 0.46), (-0.3, 0.60), (-0.18, 0.62), (-0.06, 0.56), (0.0, 0.44), (-0.2, 0.4)], dark, 0.05),
        ([(-0.66, 0.12), (-0.68, 0.3), (-0.62, 0.53), (-0.5, 0.56), (-0.36, 0.46), (-0.18, 0.45),
          (0.02, 0.46), (0.2, 0.36), (0.46, 0.28), (0.64, 0.2), (0.68, 0.12), (0.4, 0.09), (-0.4, 0.09)], upper, 0.17),
        ([(0.4, 0.3), (0.56, 0.25), (0.67, 0.18), (0.68, 0.11), (0.4, 0.1), (0.34, 0.2)], Material(mixed(look.main, look.paper, 0.16), gloss=0.25), 0.1),
        ([(-0.67, 0.14), (-0.68, 0.36), (-0.6, 0.4), (-0.5, 0.28), (-0.46, 0.12)], Material(mixed(look.main, dark.colour, 0.3), gloss=0.2), 0.08),
        ([(-0.34, 0.14), (-0.12, 0.2), (0.06, 0.34), (0.12, 0.31), (0.02, 0.14)], trim, 0.03),
        ([(-0.7, 0.02), (-0.71, 0.1), (-0.6, 0.15), (0.0, 0.13), (0.55, 0.14), (0.72, 0.13), (0.74, 0.06),
          (0.66, 0.01), (0.0, 0.0), (-0.6, 0.0)], sole, 0.06),
    ]  # fmt: skip
    for points, skin, swell in parts:
        outline = floats(line(points))
        solids.append(Puff((outline,), skin, swell=swell, casts=skin is not trim))
    for i in range(4):
        x, y = -0.12 + 0.095 * i, 0.455 - 0.03 * i
        lace = line(
            [(x - 0.05, y + 0.02), (x + 0.01, y + 0.005), (x + 0.05, y - 0.06)], closed=False
        )
        solids.append(Puff((floats(lace),), trim, stroke=0.026, casts=False))
    groove = line([(-0.69, 0.055), (0.0, 0.045), (0.71, 0.06)], closed=False)
    faint = Material(mixed(pale, linear("#6a6258"), 0.5), gloss=0.0)
    solids.append(Puff((floats(groove),), faint, stroke=0.008, casts=False))
    return solids
