"""Guesses where a photograph's subject is: what the border is not, what is in focus and inside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.superpixels import means, superpixels

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Flags
    from pixelmill.imaging.pixels import Floats
    from pixelmill.imaging.superpixels import Labels

_PATCHES: Final = 260
_COLOR_SPREAD: Final = 10.0
_SPACE_SPREAD: Final = 0.3


def saliency(lab: Floats) -> Floats:
    """Likelihood of the subject per pixel, 0 to 1.

    Boundary connectivity (Zhu, Liang, Wei, Sun 2014): a patch is background if the region of its
    colour touches the border for long against its size. Focus and a mild liking for the middle
    are added, since subjects are often cut by the border but seldom blurred.
    """
    import numpy as np

    labels, count = superpixels(lab, _PATCHES)
    height, width = labels.shape
    y, x = np.mgrid[0:height, 0:width] / max(height, width)
    sharp = _focus(lab)
    features = np.dstack([lab, x, y, sharp]).reshape(-1, 6)
    patch = means(features, labels, count)
    edge = np.zeros(count, bool)
    for side in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
        edge[side] = True
    unlike = np.linalg.norm(patch[:, None, :3] - patch[None, :, :3], axis=-1)
    touch = _neighbours(labels, count, edge)
    ground = _groundness(unlike, touch, edge)
    middle = np.array([width, height]) / max(height, width) / 2
    inside = np.exp(-((patch[:, 3:5] - middle) ** 2).sum(-1) / (2 * 0.32**2))
    focus = _stretched(patch[:, 5])
    depth = _depth_of_field(focus, inside, edge)
    ground = ground * (1 - 0.3 * inside) * (1 - depth * focus) + depth * (1 - focus) * 0.5
    apart = ((patch[:, None, 3:5] - patch[None, :, 3:5]) ** 2).sum(-1)
    near = np.exp(-apart / (2 * _SPACE_SPREAD**2))
    contrast = _stretched((unlike * near * ground[None, :]).sum(-1)) * (0.4 + 0.6 * inside)
    figure = (1 - depth) * contrast + depth * focus * (0.8 + 0.2 * inside)
    settled = _settled(ground, figure, unlike, touch)
    # In a portrait the subject takes much of the frame: let more of it count as certain.
    return _stretched(settled, 5, round(98 - 22 * depth))[labels]


def _depth_of_field(focus: Floats, inside: Floats, edge: Flags) -> float:
    """How far sharpness tells the subject: 1 if the middle has detail and the border has none."""
    import numpy as np

    core = float(np.median(focus[inside > np.percentile(inside, 75)]))
    rim = float(np.median(focus[edge]))
    return min(1.0, max(0.0, (core - rim) / max(core + rim, 1e-6) * 1.6))


def _focus(lab: Floats) -> Floats:
    """Steepness of fine detail, its peaks cut off, spread over a patch's neighbourhood."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(np.ascontiguousarray(lab[..., 0]), (0, 0), 0.8)
    across = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125))
    down = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125))
    steep = np.hypot(across, down)
    detail = np.where(steep > 1, np.minimum(steep, 4), 0)
    return np.asarray(cv2.GaussianBlur(detail, (0, 0), max(lab.shape[:2]) / 26), np.float32)


def _neighbours(labels: Labels, count: int, edge: Flags) -> Flags:
    """Which patches touch; all patches at the border count as touching each other."""
    import numpy as np

    touch = np.zeros((count, count), bool)
    touch[labels[:, 1:].ravel(), labels[:, :-1].ravel()] = True
    touch[labels[1:].ravel(), labels[:-1].ravel()] = True
    return touch | touch.T | np.logical_and.outer(edge, edge)


def _groundness(unlike: Floats, touch: Flags, edge: Flags) -> Floats:
    """How much of the border each patch's region holds, 0 to 1."""
    import numpy as np

    spread = np.where(touch, np.maximum(0, unlike - _floor(unlike, touch)), np.inf)
    np.fill_diagonal(spread, 0)
    for middle in range(len(spread)):
        np.minimum(spread, spread[:, middle, None] + spread[None, middle], out=spread)
    alike = np.exp(-(spread**2) / (2 * _COLOR_SPREAD**2))
    connection = alike[:, edge].sum(-1) / np.sqrt(alike.sum(-1))
    return 1 - np.exp(-(connection**2) / 2)


def _floor(unlike: Floats, touch: Flags) -> float:
    """The usual step to the most similar neighbour: texture, not an edge."""
    import numpy as np

    others = np.where(touch & ~np.eye(len(touch), dtype=bool), unlike, np.inf).min(-1)
    return float(np.median(others[np.isfinite(others)])) if len(others) > 1 else 0.0


def _settled(ground: Floats, figure: Floats, unlike: Floats, touch: Flags) -> Floats:
    """Balance both votes against smoothness between alike neighbours: one linear system."""
    import numpy as np

    bond = np.where(touch, np.exp(-(unlike**2) / (2 * _COLOR_SPREAD**2)) + 0.05, 0)
    np.fill_diagonal(bond, 0)
    system = np.diag(bond.sum(-1) + ground + figure) - bond
    return np.clip(np.linalg.solve(system + 1e-6 * np.eye(len(bond)), figure), 0, 1)


def _stretched(values: Floats, low: int = 5, high: int = 95) -> Floats:
    """Between two percentiles, as 0 to 1."""
    import numpy as np

    start, end = np.percentile(values, [low, high])
    return np.clip((values - start) / max(float(end - start), 1e-6), 0, 1)
