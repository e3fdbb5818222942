"""Bottles: serum dropper, lotion pump, tall bottle."""

import numpy as np

from pixelmill.imaging.sketch.arrays import floats
from pixelmill.imaging.sketch.label import Label
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import mixed
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.registry import Look, subject


def wrap_label(look: Look, radius: float, low: float, high: float, part: float = 0.95) -> Label:
    """A paper label around a wall of `radius`, turned a little by chance."""
    style = int(look.rng.integers(0, 6))
    turn = float(look.rng.uniform(-0.12, 0.22)) * radius
    return Label(radius * part, low, high, look.paper, look.ink, turn, style)


@subject("serum", "serums", "dropper", "dropper bottle", "face oil", "oil", "elixir", "tincture",
         "essence", "ampoule", "pipette", "tonic")  # fmt: skip
def serum(look: Look) -> list[Solid]:
    """A dropper bottle with a collar and a rubber bulb."""
    r = float(look.rng.uniform(0.185, 0.235))
    shoulder = float(look.rng.uniform(0.09, 0.14))
    top = 0.60
    glass = Material(look.main, gloss=0.9, clear=0.75)
    body = [(r - 0.02, 0.0), (r, 0.0, 0.03), (r, top - 0.02, shoulder), (0.085, top + 0.01, 0.03)]
    body += [(0.08, top + 0.04)]
    label = wrap_label(look, r, 0.10, 0.40)
    cap = Material(look.cap, gloss=0.55)
    collar = [(0.098, 0.0), (0.1, 0.0, 0.01), (0.1, 0.13, 0.015), (0.05, 0.13)]
    soft = Material(mixed(look.cap, look.paper, 0.55), gloss=0.25)
    bulb = [(0.062, 0.0), (0.064, 0.03, 0.02), (0.052, 0.12, 0.02), (0.05, 0.19, 0.05), (0.0, 0.2)]
    return [
        Lathe(body, glass, label=label),
        Lathe(collar, cap, base=top + 0.02),
        Lathe(bulb, soft, base=top + 0.145),
    ]


@subject("pump", "lotion", "hand wash", "handwash", "hand soap", "soap", "shampoo",
         "conditioner", "body wash", "pump bottle", "sanitizer", "cleanser", "gel")  # fmt: skip
def pump(look: Look) -> list[Solid]:
    """A round bottle with a lotion pump."""
    r = float(look.rng.uniform(0.2, 0.25))
    top = float(look.rng.uniform(0.56, 0.64))
    body = [
        (r - 0.02, 0.0),
        (r, 0.0, 0.035),
        (r, top, 0.07),
        (0.09, top + 0.035, 0.02),
        (0.0, top + 0.04),
    ]
    skin = Material(look.main, gloss=0.6, clear=0.2)
    label = wrap_label(look, r, 0.12, 0.38, 1.1)
    cap = Material(look.cap, gloss=0.55)
    collar = [(0.085, 0.0), (0.088, 0.0, 0.01), (0.088, 0.075, 0.012), (0.03, 0.08), (0.028, 0.08)]
    stem = [(0.028, 0.0), (0.028, 0.10)]
    side = 1.0 if look.rng.random() < 0.6 else -1.0
    head_y = top + 0.245
    spout = floats(
        [[-0.05, head_y], [0.10, head_y], [0.17, head_y - 0.012], [0.185, head_y - 0.03]]
    )
    spout[:, 0] *= side
    head = [(0.055, 0.0), (0.06, 0.0, 0.012), (0.056, 0.055, 0.02), (0.0, 0.06)]
    return [
        Lathe(body, skin, label=label),
        Lathe(collar, cap, base=top + 0.03),
        Lathe(stem, cap, base=top + 0.1),
        Puff((spout,), cap, stroke=0.05),
        Lathe(head, cap, base=head_y - 0.03),
    ]


@subject("bottle", "bottles", "wine", "olive oil", "beer", "sauce", "juice", "spirit", "gin",
         "whisky", "vodka", "water bottle", "syrup", "flask", "thermos")  # fmt: skip
def bottle(look: Look) -> list[Solid]:
    """A tall bottle with a long neck and a capsule."""
    r = float(look.rng.uniform(0.15, 0.185))
    shoulder = float(look.rng.uniform(0.5, 0.6))
    neck = 0.05
    body = [(r - 0.02, 0.0), (r, 0.0, 0.03), (r, shoulder, 0.16), (neck, shoulder + 0.17, 0.1)]
    body += [(neck, 0.98), (neck - 0.01, 0.98)]
    glass = Material(look.main, gloss=0.95, clear=0.6)
    label = wrap_label(look, r, 0.12, shoulder - 0.12, 1.0)
    capsule = [
        (neck + 0.008, 0.0),
        (neck + 0.01, 0.0, 0.005),
        (neck + 0.008, 0.17, 0.012),
        (0, 0.17),
    ]
    return [
        Lathe(body, glass, label=label),
        Lathe(capsule, Material(look.cap, gloss=0.5), base=0.84),
    ]


@subject("tube", "toothpaste", "hand cream", "sunscreen", "ointment", "lip balm", "lipgloss")
def tube(look: Look) -> list[Solid]:
    """A squeezed tube standing on its cap."""
    top = 0.95
    half = 0.185
    side = np.linspace(0, 1, 12)
    right = np.column_stack([half - 0.045 * (1 - side) ** 2, 0.16 + side * (top - 0.16)])
    outline = floats(np.concatenate([right, right[::-1] * [-1, 1]]))
    cap = [(0.125, 0.0), (0.135, 0.0, 0.02), (0.14, 0.16, 0.01), (0.1, 0.165)]
    crimp = floats(
        [[-half, top - 0.05], [half, top - 0.05], [half, top + 0.02], [-half, top + 0.02]]
    )
    paper = floats([[-0.11, 0.38], [0.11, 0.38], [0.11, 0.7], [-0.11, 0.7]])
    print_ = [
        floats([[-0.08, y], [w, y], [w, y + t], [-0.08, y + t]])
        for y, w, t in ((0.6, 0.08, 0.025), (0.55, 0.03, 0.008), (0.525, 0.05, 0.008))
    ]
    skin = Material(look.main, gloss=0.5)
    return [
        Lathe(cap, Material(look.cap, gloss=0.5)),
        Puff((outline,), skin, swell=0.17),
        Puff((crimp,), skin, swell=0.015, casts=False),
        Puff((paper,), Material(look.paper, gloss=0.05), swell=0.004, casts=False),
        Puff(tuple(print_), Material(look.ink, gloss=0.0), swell=0.004, casts=False),
    ]
