"""The still life for prompts that name nothing known: spheres, blocks and arches from the dice."""

import numpy as np

from pixelmill.imaging.sketch import props
from pixelmill.imaging.sketch.facets import Facets, block
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import mixed, shifted
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.registry import Look, subject


@subject("abstract", "shapes", "geometry", "composition", "sculpture", "abstraction", product=False)
def abstract(look: Look) -> list[Solid]:
    """A small stack with companions; form and balance come from the dice."""
    rng = look.rng
    skins = [
        Material(look.main, gloss=0.45),
        Material(mixed(look.cap, look.main, 0.25), gloss=0.3),
        Material(shifted(look.main, 0.9, 0.05), gloss=0.12),
        Material(shifted(look.main, turn=float(rng.uniform(-40, 40))), gloss=0.35),
    ]
    order = rng.permutation(4)
    solids: list[Solid] = []
    if rng.random() < 0.6:
        back = props.arch(0.46, 1.05, 0.16, 0.22, skins[order[0]]).placed(0, 0, -0.35, 1.0)
        solids.append(back)
    else:
        r = float(rng.uniform(0.3, 0.42))
        solids.append(props.sphere(r, skins[order[0]], float(rng.uniform(-0.3, 0.3)), -0.5))
    y = 0.0
    for i in range(int(rng.integers(2, 4))):
        piece, tall = _piece(rng, skins[order[(i + 1) % 4]], 0.27 - 0.055 * i)
        solids.append(piece.placed(0.0, y, 0.0, 1.0))
        y += tall
    r = float(rng.uniform(0.09, 0.15))
    side = 1 if rng.random() < 0.5 else -1
    solids.append(props.sphere(r, skins[order[3]], side * float(rng.uniform(0.38, 0.5)), 0.15))
    return solids


def _piece(rng: np.random.Generator, skin: Material, half: float) -> tuple[Solid, float]:
    """One stone of the stack and its height."""
    kind = int(rng.integers(0, 4))
    tall = half * float(rng.uniform(0.7, 1.3))
    if kind == 0:
        return Facets(
            block((half * 1.8, tall, half * 1.6), yaw=float(rng.uniform(-0.5, 0.5))), skin
        ), tall
    if kind == 1:
        return props.round_plinth(half, tall, skin), tall
    if kind == 2:
        return props.sphere(half, skin), half * 1.96
    flare = [(half * 0.55, 0.0), (half, tall, 0.02), (0.0, tall)]
    return Lathe(flare, skin), tall
