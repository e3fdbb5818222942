"""What a solid becomes before it is lit: a patch of normals, colour and coverage."""

from dataclasses import dataclass, field

from pixelmill.imaging.sketch.arrays import Colour, Floats


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
    """A patch of the picture at (left, top): unit normals (h, w, 3), coverage (h, w), the surface
    colour (h, w, 3) or (3,), where the surface is matt paper (h, w), and how much light reaches it.
    """

    left: int
    top: int
    normal: Floats
    alpha: Floats
    colour: Floats
    material: Material
    paper: Floats | None = None
    reach: Floats | None = None
    glow: Floats | None = None
    plane: float | None = field(default=None)

    @property
    def box(self) -> tuple[slice, slice]:
        """Rows and columns of the picture that this patch covers."""
        rows, columns = self.alpha.shape
        return slice(self.top, self.top + rows), slice(self.left, self.left + columns)
