"""Removes the background: a cutout with a soft outline, or its mask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pixelmill.imaging.backdrop_model import fit_backdrop
from pixelmill.imaging.decode import decode
from pixelmill.imaging.grabcut import find_subject_in_photo
from pixelmill.imaging.matte import Matte, crisp_matte, soft_matte, to_pixels
from pixelmill.imaging.pixels import has_alpha
from pixelmill.imaging.plain_background import find_subject
from pixelmill.imaging.png import encode_png

if TYPE_CHECKING:
    from pixelmill.imaging.backdrop_model import Flags
    from pixelmill.imaging.pixels import Floats, Pixels

Method = Literal["auto", "plain", "grabcut"]

_WORK_SIDE: Final = 512
# A matte takes some 75 bytes a pixel; beyond this it is made smaller and enlarged.
_MATTE_PIXELS: Final = 8_000_000
# Of all pixels: less is dust, more is a subject that was not told from its background.
_SUBJECT_RANGE: Final = (0.001, 0.995)


def remove_background(
    data: bytes,
    *,
    method: Method = "auto",
    feather: float = 0.0,
    output: Literal["cutout", "mask"] = "cutout",
) -> bytes:
    """Tell the subject from its background, as PNG.

    Args:
        data: the encoded image; one that has clear pixels already keeps its own alpha.
        method: ``plain`` for one colour or a smooth shading, soft shadows included; ``grabcut``
            for photographs; ``auto`` looks at the border and takes the one that fits.
        feather: an additional blur of the outline, in pixels.
        output: ``cutout`` is RGBA with the backdrop's colour taken out of the outline;
            ``mask`` is grey, white where the subject is.

    Where no subject is found, all of the image is kept.

    Raises:
        ImageRefused: the image is not accepted.
        ValueError: ``feather`` is not between 0 and 100.
    """
    if not 0 <= feather <= 100:
        raise ValueError(f"A feather of {feather} pixels is not between 0 and 100.")
    pixels = decode(data)
    cutout = pixels if _is_cutout(pixels) else _cut_out_within(pixels[..., :3], method)
    if feather:
        cutout = _feathered(cutout, feather)
    return encode_png(cutout[..., 3] if output == "mask" else cutout)


def _is_cutout(pixels: Pixels) -> bool:
    return has_alpha(pixels) and bool((pixels[..., 3] < 128).mean() > 0.005)


def _cut_out_within(pixels: Pixels, method: Method) -> Pixels:
    """Work at no more than the working size; a larger picture keeps its own inner pixels."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    factor = (_MATTE_PIXELS / (height * width)) ** 0.5
    if factor >= 1:
        return _cut_out(pixels, method)
    size = (round(width * factor), round(height * factor))
    small = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    cut = _cut_out(small, method)
    large = np.asarray(cv2.resize(cut, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    inner = large[..., 3] == 255
    large[inner, :3] = pixels[inner]
    return large


def _cut_out(pixels: Pixels, method: Method) -> Pixels:
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    rgb = pixels.astype(np.float32) / 255
    factor = min(1.0, _WORK_SIDE / max(height, width))
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.float32)
    subject, crisp = _find(small, method)
    share = float(subject.mean())
    if not _SUBJECT_RANGE[0] < share < _SUBJECT_RANGE[1]:
        return np.dstack([pixels, np.full((height, width), 255, np.uint8)])
    whole = _enlarged(subject, width, height)
    reach = max(2, round((3 if crisp else 4) / factor))
    matte: Matte = (crisp_matte if crisp else soft_matte)(rgb, whole, reach)
    return to_pixels(matte)


def _find(small: Floats, method: Method) -> tuple[Flags, bool]:
    """The subject, and whether its outline is to be taken as sharp."""
    import cv2
    import numpy as np

    if min(small.shape[:2]) < 8:
        return np.ones(small.shape[:2], bool), True
    lab = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2LAB), np.float32)
    if method != "grabcut":
        backdrop = fit_backdrop(lab)
        if method == "plain" or backdrop.plain:
            subject = find_subject(small, lab, backdrop)
            if method == "plain" or subject.mean() > _SUBJECT_RANGE[0]:
                return subject, True
    return find_subject_in_photo(small), False


def _enlarged(subject: Flags, width: int, height: int) -> Flags:
    import cv2
    import numpy as np

    if (width, height) == subject.shape[::-1]:
        return subject
    soft = cv2.resize(subject.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(soft) > 0.5


def _feathered(cutout: Pixels, radius: float) -> Pixels:
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(cutout[..., 3], (0, 0), radius)
    # Only inwards: outside the outline there is no colour of the subject to show.
    return np.dstack([cutout[..., :3], np.minimum(soft, cutout[..., 3])])
