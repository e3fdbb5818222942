"""The guided filter (He, Sun, Tang 2013): lets a coarse mask follow the edges of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pixelmill.imaging.pixels import Floats

_SIDE: Final = 768


def guided_filter(guide: Floats, mask: Floats, radius: int, epsilon: float) -> Floats:
    """Filter a mask (height x width, 0 to 1) by a colour guide (x 3, 0 to 1).

    The coefficients are found on a smaller copy if the picture is large (He, Sun 2015): they vary
    slowly, and the guide brings back its detail.

    Args:
        guide: the picture.
        mask: what is filtered.
        radius: of the square window, in pixels.
        epsilon: variance of the guide below which the result is smooth.
    """
    import cv2
    import numpy as np

    height, width = mask.shape
    step = max(1, min(round(max(height, width) / _SIDE), radius // 2))
    if step == 1:
        slope, offset = _coefficients(guide, mask, radius, epsilon)
    else:
        size = (width // step, height // step)
        small = np.asarray(cv2.resize(guide, size, interpolation=cv2.INTER_AREA), np.float32)
        coarse = np.asarray(cv2.resize(mask, size, interpolation=cv2.INTER_AREA), np.float32)
        parts = _coefficients(small, coarse, radius // step, epsilon)
        slope, offset = (np.asarray(cv2.resize(part, (width, height))) for part in parts)
    return np.clip(np.einsum("yxc,yxc->yx", slope, guide) + offset, 0, 1)


def _coefficients(
    guide: Floats, mask: Floats, radius: int, epsilon: float
) -> tuple[Floats, Floats]:
    """Per pixel the linear model of the mask by the guide's colour: slope (x 3) and offset."""
    mean = _mean(guide, radius)
    mean_mask = _mean(mask, radius)
    shared = _mean(guide * mask[..., None], radius) - mean * mean_mask[..., None]
    slope = _solve_symmetric(_covariance(guide, mean, radius, epsilon), shared)
    offset = mean_mask - (slope * mean).sum(-1)
    return _mean(slope, radius), _mean(offset, radius)


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
