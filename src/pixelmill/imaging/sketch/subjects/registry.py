"""The list of things the artist can draw, each found by the words that name it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour
from pixelmill.imaging.sketch.shadow import Solid


@dataclass(frozen=True, slots=True)
class Look:
    """The colours a subject is made in, and the dice it may throw."""

    main: Colour
    cap: Colour
    paper: Colour
    ink: Colour
    named: bool
    rng: np.random.Generator


Maker = Callable[[Look], list[Solid]]


@dataclass(frozen=True, slots=True)
class Subject:
    """A maker of solids that stand on y = 0 around the axis, about one unit tall."""

    name: str
    make: Maker
    own: str | None
    product: bool


SUBJECTS: dict[str, Subject] = {}
WORDS: dict[str, str] = {}


def subject(
    name: str, *words: str, own: str | None = None, product: bool = True
) -> Callable[[Maker], Maker]:
    """Registers a maker under `words`; `own` is the colour name it has when none is given."""

    def register(make: Maker) -> Maker:
        SUBJECTS[name] = Subject(name, make, own, product)
        for word in (name, *words):
            WORDS[word] = name
        return make

    return register
