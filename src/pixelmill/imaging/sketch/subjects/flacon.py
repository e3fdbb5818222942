"""The perfume flacon: a thick block of tinted glass under a turned cap."""

import numpy as np

from pixelmill.imaging.sketch.arrays import floats
from pixelmill.imaging.sketch.facets import Face, Facets, block, turned
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import mixed
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.registry import Look, subject


def front_decal(
    look: Look, yaw: float, depth: float, middle: tuple[float, float], half: tuple[float, float]
) -> list[Solid]:
    """A square label with its print on the front of a turned block."""
    ahead = turned(floats([0.0, 0.0, 1.0]), yaw)
    facing = (float(ahead[0]), float(ahead[1]), float(ahead[2]))
    x, y = middle

    def quad(cx: float, cy: float, hx: float, hy: float) -> Face:
        corners = [[cx - hx, cy - hy, depth], [cx + hx, cy - hy, depth],
                   [cx + hx, cy + hy, depth], [cx - hx, cy + hy, depth]]  # fmt: skip
        return Face(turned(floats(corners), yaw), facing)

    paper = Facets((quad(x, y, *half),), Material(look.paper, gloss=0.03), 0.0, casts=False)
    wide, tall = half
    lines = [(0.22, 0.62, 0.055), (-0.05, 0.42, 0.018), (-0.2, 0.5, 0.018), (-0.35, 0.36, 0.018)]
    marks = tuple(
        quad(x + 0.05 * wide, y + at * tall, part * wide, max(thick * tall, 0.0025))
        for at, part, thick in lines
    )
    faint = mixed(look.paper, look.ink, 0.55)
    return [paper, Facets(marks, Material(faint, gloss=0.0), 0.0, casts=False)]


@subject("parfum", "perfume", "perfumes", "fragrance", "flacon", "cologne", "eau de parfum",
         "eau de toilette", "scent", "aftershave")  # fmt: skip
def parfum(look: Look) -> list[Solid]:
    """A square flacon, a collar and a round or square cap."""
    yaw = float(look.rng.uniform(0.08, 0.3)) * (1 if look.rng.random() < 0.5 else -1)
    wide = float(look.rng.uniform(0.5, 0.62))
    tall = float(look.rng.uniform(0.5, 0.68))
    deep = 0.26
    glass = Material(look.main, gloss=0.75, clear=0.55)
    body = Facets(block((wide, tall, deep), yaw=yaw), glass, bevel=0.035)
    side = float(look.rng.uniform(0.085, 0.12))
    decal = front_decal(look, yaw, deep / 2 + 0.003, (0.0, tall * 0.42), (side, side))
    collar = Lathe(
        [(0.075, 0.0), (0.075, 0.05)],
        Material(mixed(look.cap, look.paper, 0.4), gloss=0.6, metal=0.4),
        base=tall,
    )
    r = float(look.rng.uniform(0.11, 0.15))
    high = float(look.rng.uniform(0.17, 0.24))
    cap = Material(look.cap, gloss=0.5)
    if look.rng.random() < 0.6:
        top: Solid = Lathe(
            [(r - 0.01, 0.0), (r, 0.0, 0.012), (r, high, 0.02), (0.0, high + 0.004)],
            cap,
            base=tall + 0.035,
        )
    elif look.rng.random() < 0.5:
        arc = np.linspace(-1.25, np.pi / 2, 24)
        ball = [(float(r * np.cos(a)), float(r * 0.95 * (1 + np.sin(a)))) for a in arc]
        top = Lathe(ball, cap, base=tall + 0.04)
    else:
        top = Facets(block((r * 1.9, high, r * 1.7), (0, tall + 0.035, 0), yaw), cap, bevel=0.018)
    return [body, *decal, collar, top]
