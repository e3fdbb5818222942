"""From a coarse mask to a soft outline: alpha by colour, the backdrop taken out of the fringe."""

# ruff: noqa: PLC0415 - the process that names an operation does not load its libraries
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pixelmill.imaging.guided_filter import guided_filter

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Flags
    from pixelmill.imaging.pixels import Floats, Pixels


class Matte(NamedTuple):
    """Alpha (height x width, 0 to 1) and the subject's own colours (x 3, 0 to 1)."""

    alpha: Floats
    color: Floats


def crisp_matte(rgb: Floats, subject: Flags, reach: int) -> Matte:
    """The outline of a subject with sharp edges.

    Args:
        rgb: the picture, 0 to 1.
        subject: the coarse mask at the same size.
        reach: how far in pixels the true outline may be from the mask's.

    Within reach each pixel first joins the side whose local colour is nearer; then alpha is the
    position between both colours, for the two or three pixels that the outline crosses.
    """
    import numpy as np

    inside, outside = _shrunk(subject, reach + 1), _shrunk(~subject, max(1, reach // 3))
    near, far = _local_color(rgb, inside, 3 * reach), _local_color(rgb, outside, 3 * reach)
    joins = _distance(rgb, near) < _distance(rgb, far)
    shape = _smoothed(inside | (joins & ~outside))
    soft = max(1, round(reach / 4))
    inside, outside = _shrunk(shape, soft), _shrunk(~shape, soft)
    near, far = _local_color(rgb, inside, 2 * soft + 2), _local_color(rgb, outside, 2 * soft + 2)
    alpha = _between(rgb, far, near)
    # Where both sides look alike colour decides nothing, and the shape alone must.
    trust = np.clip(_distance(near, far) * 25 - 0.5, 0, 1)
    alpha = trust * alpha + (1 - trust) * _blurred(shape.astype(np.float32), 0.8)
    alpha[inside], alpha[outside] = 1, 0
    return Matte(alpha, _decontaminated(rgb, alpha, near, far))


def soft_matte(rgb: Floats, subject: Flags, reach: int) -> Matte:
    """The outline of a subject with hair or blur: the guided filter's, as wide as it needs."""
    import numpy as np

    inside, outside = _shrunk(subject, 2 * reach), _shrunk(~subject, 2 * reach)
    coarse = _blurred(subject.astype(np.float32), reach / 2)
    alpha = guided_filter(rgb, coarse, 2 * reach, 1e-4)
    alpha = np.clip((alpha - 0.12) / 0.76, 0, 1)
    alpha[inside], alpha[outside] = 1, 0
    near = _local_color(rgb, inside | (alpha > 0.97), 3 * reach)
    far = _local_color(rgb, outside | (alpha < 0.03), 3 * reach)
    return Matte(alpha, _decontaminated(rgb, alpha, near, far))


def _between(rgb: Floats, far: Floats, near: Floats) -> Floats:
    """Where a colour lies on the way from ``far`` to ``near``, 0 to 1."""
    import numpy as np

    way = near - far
    along = ((rgb - far) * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-6)
    return np.clip(along, 0, 1)


def _decontaminated(rgb: Floats, alpha: Floats, near: Floats, far: Floats) -> Floats:
    """Solve the mixing equation for the subject; trust its neighbours more the clearer it is."""
    import numpy as np

    cover = alpha[..., None]
    solved = np.clip((rgb - (1 - cover) * far) / np.maximum(cover, 0.05), 0, 1)
    mixed = cover * solved + (1 - cover) * near
    return np.where(cover >= 1, rgb, np.where(cover > 0, mixed, 0))


def _local_color(rgb: Floats, where: Flags, radius: int) -> Floats:
    """The mean colour of the marked pixels around each pixel; wider where there are none."""
    import cv2
    import numpy as np

    weight = where.astype(np.float32)
    total, count = rgb * weight[..., None], weight
    result = np.zeros_like(rgb)
    missing = np.ones(where.shape, bool)
    for side in (2 * radius + 1, 6 * radius + 1, 24 * radius + 1):
        sums = np.asarray(cv2.blur(total, (side, side), borderType=cv2.BORDER_CONSTANT))
        counts = np.asarray(cv2.blur(count, (side, side), borderType=cv2.BORDER_CONSTANT))
        found = missing & (counts > 1e-3)
        result[found] = sums[found] / counts[found][:, None]
        missing &= ~found
        if not missing.any():
            break
    return result


def _shrunk(mask: Flags, by: int) -> Flags:
    import cv2
    import numpy as np

    side = 2 * by + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return np.asarray(cv2.erode(mask.astype(np.uint8), kernel)) > 0


def _smoothed(mask: Flags) -> Flags:
    """Rid of single pixels on either side."""
    import cv2
    import numpy as np

    return np.asarray(cv2.medianBlur(mask.astype(np.uint8), 3)) > 0


def _blurred(array: Floats, sigma: float) -> Floats:
    import cv2
    import numpy as np

    return np.asarray(cv2.GaussianBlur(array, (0, 0), sigma), np.float32)


def _distance(one: Floats, other: Floats) -> Floats:
    import numpy as np

    difference = one - other
    return np.sqrt((difference * difference).sum(-1))


def to_pixels(matte: Matte) -> Pixels:
    """RGBA bytes of a matte."""
    import numpy as np

    rgba = np.dstack([matte.color, matte.alpha])
    return np.rint(rgba * 255).astype(np.uint8)
