"""What a solid becomes before it is lit: a patch of normals, colour and coverage."""

from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour, Floats, Pixels, floats


@dataclass(frozen=True, slots=True)
class Material:
    """How a surface answers light; all but the colour are 0..1."""

    colour: Colour
    gloss: float = 0.25
    clear: float = 0.0
    metal: float = 0.0
    texture: str = ""


@dataclass(slots=True)
class Layer:
    """The pixels a solid covers, before they are lit.

    `seen` are flat indices into the patch of `shape` (rows, columns) at (left, top); for each of
    the n: unit normal (3, n), coverage (n,), the surface colour (3, 1) or (3, n), where it is matt
    paper (n,), and how much of the key light reaches it (n,). `plane` is the height of a level top.
    """

    left: int
    top: int
    shape: tuple[int, int]
    seen: Pixels
    normal: Floats
    alpha: Floats
    colour: Floats
    material: Material
    paper: Floats | None = None
    reach: Floats | None = None
    plane: float | None = None

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns of the picture that the patch spans."""
        rows, columns = self.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)


def covered(alpha: Floats) -> Pixels:
    """Flat indices of the pixels whose coverage shows in eight bits."""
    return np.flatnonzero(alpha > 1 / 255)


def plain(colour: Colour) -> Floats:
    """One colour for a whole layer, (3, 1)."""
    return floats(colour)[:, None]
