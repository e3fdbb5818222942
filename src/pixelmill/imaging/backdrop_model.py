"""Fits a smooth backdrop to a picture's border: what the picture would be without its subject."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pixelmill.imaging.pixels import Floats

    Flags = NDArray[np.bool_]

_FIT_SIDE: Final = 128
_BORDER: Final = 0.02
# A backdrop is one if the border mostly follows the model, to within a just visible difference.
_MIN_COVER: Final = 0.75
_MAX_NOISE: Final = 4.0


@dataclass(frozen=True, slots=True)
class Backdrop:
    """A backdrop in CIELAB over the whole picture.

    ``noise`` is the robust spread around it (CIE76 units), ``cover`` the part of the border on it.
    """

    lab: Floats
    noise: float
    cover: float

    @property
    def plain(self) -> bool:
        """Whether the picture stands before one colour or a smooth shading."""
        return self.cover >= _MIN_COVER and self.noise <= _MAX_NOISE


def fit_backdrop(lab: Floats) -> Backdrop:
    """Fit a polynomial surface to the border, then to all that is connected to it and alike.

    Iteratively reweighted least squares with Tukey's weights: objects cut by the border and
    shadows on it are outliers. Of second degree on the border alone, of fourth on the region.
    """
    import cv2
    import numpy as np

    height, width = lab.shape[:2]
    factor = min(1.0, _FIT_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(cv2.resize(lab, size, interpolation=cv2.INTER_AREA), np.float32)
    border = border_of(size[1], size[0], _BORDER)
    model = _fit_border(small, border)
    model, weights = _fit_region(small, border, model)
    away = np.linalg.norm(small - model, axis=-1)
    on = weights > 0
    noise = 1.5 * float(np.median(away[on])) if on.any() else 255.0
    full = cv2.resize(model, (width, height), interpolation=cv2.INTER_CUBIC)
    return Backdrop(np.asarray(full, np.float32), noise, float(on[border].mean()))


def border_of(height: int, width: int, part: float) -> Flags:
    """A frame along the sides, ``part`` of the longer side wide and at least two pixels."""
    import numpy as np

    depth = max(2, int(part * max(height, width)))
    frame = np.ones((height, width), bool)
    frame[depth:-depth, depth:-depth] = False
    return frame


def _fit_border(lab: Floats, border: Flags) -> Floats:
    import numpy as np

    terms = _terms(lab.shape[0], lab.shape[1], 2)
    weights = border.astype(np.float32)
    model = _solve(terms, lab, weights)
    for _ in range(6):
        away = np.linalg.norm(lab - model, axis=-1)
        spread = max(1.5, 1.5 * float(np.median(away[border])))
        weights = border * np.clip(1 - (away / (3 * spread)) ** 2, 0, 1) ** 2
        model = _solve(terms, lab, weights)
    return model


def _fit_region(lab: Floats, border: Flags, model: Floats) -> tuple[Floats, Floats]:
    import numpy as np

    terms = _terms(lab.shape[0], lab.shape[1], 4)
    weights = border.astype(np.float32)
    for _ in range(4):
        away = np.linalg.norm(lab - model, axis=-1)
        on = weights > 0
        spread = max(1.0, 1.5 * float(np.median(away[on])) if on.any() else 1.0)
        region = connected_to(away < 3 * spread, border)
        weights = region * np.clip(1 - (away / (4 * spread)) ** 2, 0, 1)
        model = _solve(terms, lab, weights)
    return model, np.asarray(weights, np.float32)


def connected_to(region: Flags, seeds: Flags) -> Flags:
    """The parts of a region, joined side by side, that hold a seed."""
    import cv2
    import numpy as np

    count, labels = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
    keep = np.zeros(count, bool)
    places = np.asarray(labels, np.intp)
    keep[np.unique(places[seeds & region])] = True
    keep[0] = False
    return keep[places]


def _terms(height: int, width: int, degree: int) -> Floats:
    """The monomials of x and y up to a total degree, both running from -1 to 1."""
    import numpy as np

    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    powers = [(i, j) for i in range(degree + 1) for j in range(degree + 1 - i)]
    return np.stack([x**i * y**j for i, j in powers], -1).astype(np.float32)


def _solve(terms: Floats, lab: Floats, weights: Floats) -> Floats:
    """Weighted least squares; a trace of ridge keeps it solvable when little is left."""
    import numpy as np

    used = np.flatnonzero(weights.ravel() > 0)
    flat = terms.reshape(-1, terms.shape[-1]).astype(np.float64)
    scaled = flat[used] * weights.ravel()[used, None]
    square = scaled.T @ flat[used] + 1e-3 * np.eye(flat.shape[1])
    answer = np.linalg.solve(square, scaled.T @ lab.reshape(-1, 3)[used])
    return (flat @ answer).reshape(lab.shape).astype(np.float32)
