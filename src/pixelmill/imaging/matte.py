"""From a coarse mask to a soft outline: alpha by colour, the backdrop taken out of the fringe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from pixelmill.imaging.guided_filter import guided_filter

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Flags
    from pixelmill.imaging.pixels import Floats, Pixels

_SIDE: Final = 1024


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
    band = ~(inside | outside)
    near, far = _both_sides(rgb, inside, outside, band, 3 * reach)
    vote = np.where(subject, 1, -1).astype(np.float32)
    to_near, to_far = _distance(rgb[band], near), _distance(rgb[band], far)
    # The coarse mask breaks the tie where both sides look alike.
    vote[band] = (to_far - to_near) / (to_far + to_near + 0.01) + 0.25 * vote[band]
    shape = _blurred(vote, max(0.8, reach / 5)) > 0
    soft = max(1, round(reach / 4))
    inside, outside = _shrunk(shape, soft), _shrunk(~shape, soft)
    band = ~(inside | outside)
    near, far = _both_sides(rgb, inside, outside, band, 2 * soft + 2)
    # Where both sides look alike colour decides nothing, and the shape alone must.
    trust = np.clip(_distance(near, far) * 25 - 0.5, 0, 1)
    rounded = _blurred(shape.astype(np.float32), 0.8)[band]
    alpha = inside.astype(np.float32)
    alpha[band] = trust * _between(rgb[band], far, near) + (1 - trust) * rounded
    return _decontaminated(rgb, alpha, band, near, far)


def soft_matte(rgb: Floats, subject: Flags, reach: int) -> Matte:
    """The outline of a subject with hair or blur: the guided filter's, as wide as it needs."""
    import numpy as np

    inside, outside = _shrunk(subject, 2 * reach), _shrunk(~subject, 2 * reach)
    coarse = _blurred(subject.astype(np.float32), reach / 2)
    alpha = guided_filter(rgb, coarse, 2 * reach, 1e-4)
    alpha = np.clip((alpha - 0.12) / 0.76, 0, 1)
    alpha[inside], alpha[outside] = 1, 0
    band = (alpha > 0) & (alpha < 1)
    near, far = _both_sides(rgb, inside | (alpha > 0.97), outside | (alpha < 0.03), band, 3 * reach)
    return _decontaminated(rgb, alpha, band, near, far)


def to_pixels(matte: Matte) -> Pixels:
    """RGBA bytes of a matte."""
    import numpy as np

    rgba = np.dstack([matte.color, matte.alpha])
    return np.rint(rgba * 255).astype(np.uint8)


def _between(colors: Floats, far: Floats, near: Floats) -> Floats:
    """Where colours lie on the way from ``far`` to ``near``, 0 to 1."""
    import numpy as np

    way = near - far
    along = ((colors - far) * way).sum(-1) / np.maximum((way * way).sum(-1), 1e-6)
    return np.clip(along, 0, 1)


def _decontaminated(rgb: Floats, alpha: Floats, band: Flags, near: Floats, far: Floats) -> Matte:
    """Solve the mixing equation for the subject; trust its neighbours more the clearer it is."""
    import numpy as np

    cover = alpha[band][:, None]
    solved = np.clip((rgb[band] - (1 - cover) * far) / np.maximum(cover, 0.05), 0, 1)
    color = rgb * (alpha > 0)[..., None]
    color[band] = np.where(cover > 0, cover * solved + (1 - cover) * near, 0)
    return Matte(alpha, color)


def _both_sides(
    rgb: Floats, inside: Flags, outside: Flags, band: Flags, radius: int
) -> tuple[Floats, Floats]:
    """The subject's and the backdrop's colour near each pixel of the band (pixels x 3)."""
    return _local_color(rgb, inside, band, radius), _local_color(rgb, outside, band, radius)


def _local_color(rgb: Floats, where: Flags, band: Flags, radius: int) -> Floats:
    """The mean colour of the marked pixels around; looked for further where there are none.

    Means vary slowly, so those of a large picture are taken on a smaller copy.
    """
    import cv2
    import numpy as np

    height, width = where.shape
    step = max(1, min(round(max(height, width) / _SIDE), radius // 2))
    weight = where.astype(np.float32)
    weighted = cv2.merge([np.ascontiguousarray(rgb[..., k]) * weight for k in range(3)] + [weight])
    if step > 1:
        size = (-(-width // step), -(-height // step))
        weighted = cv2.resize(weighted, size, interpolation=cv2.INTER_AREA)
    at = tuple(
        np.minimum(axis // step, weighted.shape[i] - 1) for i, axis in enumerate(band.nonzero())
    )
    result = np.zeros((len(at[0]), 3), np.float32)
    missing = np.ones(len(result), bool)
    reach = max(1, radius // step)
    for side in (2 * reach + 1, 6 * reach + 1, 24 * reach + 1):
        sums = np.asarray(cv2.blur(weighted, (side, side), borderType=cv2.BORDER_CONSTANT))[at]
        found = missing & (sums[:, 3] > 1e-4)
        result[found] = sums[found, :3] / sums[found, 3:]
        missing &= ~found
        if not missing.any():
            break
    return result


def _shrunk(mask: Flags, by: int) -> Flags:
    """The pixels further than ``by`` from the nearest one outside the mask."""
    import cv2
    import numpy as np

    if mask.all():
        return mask.copy()
    far = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3)
    return np.asarray(far) > by


def _blurred(array: Floats, sigma: float) -> Floats:
    import cv2
    import numpy as np

    return np.asarray(cv2.GaussianBlur(array, (0, 0), sigma), np.float32)


def _distance(one: Floats, other: Floats) -> Floats:
    import numpy as np

    difference = one - other
    return np.sqrt((difference * difference).sum(-1))
