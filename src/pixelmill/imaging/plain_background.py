"""Finds what stands before a plain or smoothly shaded backdrop, its soft shadows not included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.backdrop_model import border_of, connected_to

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Backdrop, Flags
    from pixelmill.imaging.pixels import Floats

# Log-light ratios: how much brighter than the backdrop, and how dark, a shadow may be.
_SHADOW_RANGE: Final = (-3.2, 0.12)
_GAP: Final = 9
_MIN_HOLE: Final = 0.003
_MIN_SUBJECT: Final = 0.0015


def find_subject(rgb: Floats, lab: Floats, backdrop: Backdrop) -> Flags:
    """Tell the subject from the backdrop; ``rgb`` runs from 0 to 1, all arrays are one size.

    The backdrop is flooded from the border over pixels that have its colour, or its colour in
    shadow, and that are not on a sharp edge. A shadow on one material darkens the channels in a
    fixed proportion (a line in log light), learnt from the shadows the first flood has reached.
    """
    import numpy as np

    away = np.linalg.norm(lab - backdrop.lab, axis=-1)
    same = away < max(2.5, 4 * backdrop.noise)
    smooth = _off_edges(lab, backdrop.noise)
    ratio = _log_light(rgb) - _log_light(_to_rgb(backdrop.lab))
    seeds = border_of(lab.shape[0], lab.shape[1], 0.01) & same
    line, tolerance = np.full(3, 3**-0.5), 0.13
    ground = np.zeros_like(same)
    for _ in range(3):
        ground = _flood((same | _in_shadow(ratio, line, tolerance)) & smooth, seeds)
        shaded = ratio[ground & (ratio @ line < -0.12)]
        if len(shaded) > 60:
            line, tolerance = _main_direction(shaded), 0.10
    holes = _holes(away, smooth, ground, backdrop)
    if holes.any():
        ground |= holes | _flood((same | _in_shadow(ratio, line, tolerance)) & smooth, holes)
    return _without_specks(~ground)


def _in_shadow(ratio: Floats, line: Floats, tolerance: float) -> Flags:
    import numpy as np

    depth = ratio @ line
    off = np.linalg.norm(ratio - depth[..., None] * line, axis=-1)
    allowed = tolerance * (0.6 + np.minimum(np.abs(depth), 1.5))
    return (depth > _SHADOW_RANGE[0]) & (depth < _SHADOW_RANGE[1]) & (off < allowed)


def _main_direction(ratios: Floats) -> Floats:
    """The line through the origin that log ratios lie along, pointing towards light."""
    import numpy as np

    axis = np.linalg.eigh(ratios.T @ ratios)[1][:, -1]
    return axis * (1 if axis.sum() >= 0 else -1)


def _off_edges(lab: Floats, noise: float) -> Flags:
    """Where nothing sharp is: little slope, or the same slope seen closely and from afar.

    A step's slope grows as the blur shrinks, a penumbra's does not.
    """
    near, far = _slope(lab, 0.7), _slope(lab, 2.2)
    return (near < max(0.55, 1.3 * noise)) | ((near < 1.35 * far) & (near < 7))


def _slope(lab: Floats, blur: float) -> Floats:
    """Length of the gradient of all three channels, in CIELAB units per pixel."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(lab, (0, 0), blur)
    across = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.125))
    down = np.asarray(cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.125))
    return np.sqrt((across * across + down * down).sum(-1))


def _flood(region: Flags, seeds: Flags) -> Flags:
    """Spread from the seeds through passages at least ``_GAP`` pixels wide.

    An outline that is faint in places has gaps; water that needs a wide door stays out.
    """
    import cv2
    import numpy as np

    bits = region.astype(np.uint8)
    door = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_GAP, _GAP))
    padded = cv2.copyMakeBorder(bits, _GAP, _GAP, _GAP, _GAP, cv2.BORDER_REPLICATE)
    core = np.asarray(cv2.erode(padded, door))[_GAP:-_GAP, _GAP:-_GAP] > 0
    wet = connected_to(core, seeds).astype(np.uint8)
    cell = np.ones((3, 3), np.uint8)
    for _ in range(_GAP // 2 + 4):
        wet = np.asarray(cv2.dilate(wet, cell), np.uint8) & bits
    return wet > 0


def _holes(away: Floats, smooth: Flags, ground: Flags, backdrop: Backdrop) -> Flags:
    """Backdrop seen through the subject: exactly its colour, smooth, and not too small.

    Where the backdrop is white the bar is higher, since highlights and labels are white too.
    """
    import cv2
    import numpy as np

    alike = (away < max(1.6, 2.5 * backdrop.noise)) & smooth & ~ground
    opened = cv2.morphologyEx(alike.astype(np.uint8), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    count, found, stats, _ = cv2.connectedComponentsWithStats(opened, connectivity=4)
    labels = np.asarray(found, np.intp)
    keep = np.zeros(count, bool)
    for index in range(1, count):
        part = stats[index, cv2.CC_STAT_AREA] / away.size
        white = float(backdrop.lab[..., 0][labels == index].mean()) > 96
        keep[index] = part > (5 * _MIN_HOLE if white else _MIN_HOLE)
    grown = cv2.dilate(keep[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    return (np.asarray(grown) > 0) & alike


def _without_specks(subject: Flags) -> Flags:
    """Drop threads along shadow edges and pieces that are tiny."""
    import cv2
    import numpy as np

    bits = subject.astype(np.uint8)
    solid = cv2.morphologyEx(bits, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, found, stats, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    keep = np.zeros(count, bool)
    keep[1:] = stats[1:, cv2.CC_STAT_AREA] > _MIN_SUBJECT * subject.size
    return keep[np.asarray(found, np.intp)]


def _to_rgb(lab: Floats) -> Floats:
    import cv2
    import numpy as np

    rgb = cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)
    return np.clip(np.asarray(rgb, np.float32), 0, 1)


def _log_light(rgb: Floats) -> Floats:
    """Logarithm of linear light; the floor keeps black from running off to infinity."""
    import numpy as np

    return np.log(rgb**2.2 + 0.004)
