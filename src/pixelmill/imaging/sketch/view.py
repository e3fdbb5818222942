"""The camera: where a point of the stage lands on the picture."""

from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, floats


@dataclass(frozen=True, slots=True)
class View:
    """A long lens a little above the stage.

    Stage axes: x right, y up, z towards the camera, in units of which the subject is about one
    tall. `tilt` is how much of a step in depth shows as a step down the picture at y = 0; it
    shrinks with height by `fall`, as ellipses flatten towards eye level.
    """

    width: int
    height: int
    scale: float
    centre: float
    ground: float
    tilt: float
    fall: float

    def open_at(self, y: Floats) -> Floats:
        """How far an ellipse at height `y` is open: the ratio of its half-axes."""
        return floats(np.maximum(self.tilt - self.fall * y, 0.025))

    def project(self, points: Floats) -> Floats:
        """(..., 3) stage points as (..., 2) pixels."""
        x, y, z = points[..., 0], points[..., 1], points[..., 2]
        u = self.centre + self.scale * x
        v = self.ground + self.scale * (z * self.open_at(y) - y)
        return floats(np.stack([u, v], axis=-1))

    def shrunk(self, factor: float) -> "View":
        """The same view on a picture `factor` times the size."""
        return View(
            max(1, round(self.width * factor)),
            max(1, round(self.height * factor)),
            self.scale * factor,
            self.centre * factor,
            self.ground * factor,
            self.tilt,
            self.fall,
        )
