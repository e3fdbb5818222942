"""Finds the subject of a photograph: saliency for a first guess, GrabCut for the outline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.saliency import saliency

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Flags
    from pixelmill.imaging.pixels import Floats, Pixels

_SIDE: Final = 256
_ROUNDS: Final = 3


def find_subject_in_photo(rgb: Floats) -> Flags:
    """Cut at a quarter of a megapixel's scale (Rother, Kolmogorov, Blake 2004), then enlarge.

    Args:
        rgb: the picture, 0 to 1.
    """
    import cv2
    import numpy as np

    height, width = rgb.shape[:2]
    factor = min(1.0, _SIDE / max(height, width))
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    guess = saliency(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32))
    cut = _cut(np.rint(small * 255).astype(np.uint8), guess)
    soft = cv2.GaussianBlur(_solid(cut).astype(np.float32), (0, 0), 0.8)
    large = cv2.resize(soft, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(large) > 0.5


def _cut(picture: Pixels, guess: Floats) -> Flags:
    import cv2
    import numpy as np

    low, high = np.percentile(guess, [12, 93])
    middle = _otsu(guess)
    marks = np.where(guess > middle, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[guess >= max(high, middle)] = cv2.GC_FGD
    marks[guess <= min(low, middle)] = cv2.GC_BGD
    if not (marks & 1).any() or (marks & 1).all():
        return marks > 255
    # Its k-means draws from OpenCV's dice: the same picture is to give the same cut.
    cv2.setRNGSeed(7)
    scratch = np.zeros((2, 1, 65))
    everywhere = (0, 0, marks.shape[1], marks.shape[0])
    cv2.grabCut(picture, marks, everywhere, scratch[0], scratch[1], _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return (marks & 1) > 0


def _otsu(guess: Floats) -> float:
    """The threshold that parts the guesses into two classes best (Otsu 1979)."""
    import cv2
    import numpy as np

    level = cv2.threshold(
        np.rint(guess * 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU
    )[0]
    return float(level) / 255


def _solid(cut: Flags) -> Flags:
    """The large pieces, their small holes filled."""
    import cv2
    import numpy as np

    bits = cv2.morphologyEx(cut.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return ~_large(~_large(np.asarray(bits) > 0, 0.25), 0.02)


def _large(mask: Flags, part: float) -> Flags:
    """The connected pieces of at least a part of the largest one."""
    import cv2
    import numpy as np

    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    area = np.asarray(stats)[:, cv2.CC_STAT_AREA]
    keep = area >= part * max(1, int(area[1:].max(initial=0)))
    keep[0] = False
    return keep[np.asarray(labels, np.intp)]
