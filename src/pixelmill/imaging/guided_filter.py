"""The guided filter (He, Sun, Tang 2013): lets a coarse mask follow the edges of a picture."""

# ruff: noqa: PLC0415 - the process that names an operation does not load its libraries
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Floats


def guided_filter(guide: Floats, mask: Floats, radius: int, epsilon: float) -> Floats:
    """Filter a mask (height x width, 0 to 1) by a colour guide (x 3, 0 to 1).

    Args:
        guide: the picture.
        mask: what is filtered.
        radius: of the square window, in pixels.
        epsilon: variance of the guide below which the result is smooth.
    """
    import numpy as np

    mean = _mean(guide, radius)
    mean_mask = _mean(mask, radius)
    shared = _mean(guide * mask[..., None], radius) - mean * mean_mask[..., None]
    slope = _solve_symmetric(_covariance(guide, mean, radius, epsilon), shared)
    offset = mean_mask - (slope * mean).sum(-1)
    result = (_mean(slope, radius) * guide).sum(-1) + _mean(offset, radius)
    return np.clip(result, 0, 1)


def _mean(array: Floats, radius: int) -> Floats:
    import cv2
    import numpy as np

    side = 2 * radius + 1
    return np.asarray(cv2.blur(array, (side, side), borderType=cv2.BORDER_REFLECT), np.float32)


def _covariance(guide: Floats, mean: Floats, radius: int, epsilon: float) -> tuple[Floats, ...]:
    """The six different entries of each window's 3 x 3 covariance: rr rg rb gg gb bb."""
    entries: list[Floats] = []
    for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)):
        entry = _mean(guide[..., i] * guide[..., j], radius) - mean[..., i] * mean[..., j]
        entries.append(entry + epsilon if i == j else entry)
    return tuple(entries)


def _solve_symmetric(matrix: tuple[Floats, ...], right: Floats) -> Floats:
    """Solve a 3 x 3 symmetric system per pixel by cofactors."""
    import numpy as np

    rr, rg, rb, gg, gb, bb = matrix
    a, b, c = gg * bb - gb * gb, gb * rb - rg * bb, rg * gb - gg * rb
    d, e, f = rr * bb - rb * rb, rb * rg - rr * gb, rr * gg - rg * rg
    determinant = rr * a + rg * b + rb * c
    x, y, z = right[..., 0], right[..., 1], right[..., 2]
    rows = (a * x + b * y + c * z, b * x + d * y + e * z, c * x + e * y + f * z)
    return np.stack(rows, -1) / np.maximum(determinant, 1e-12)[..., None]
