"""Lays a cutout on a colour, a gradient or a picture, with a soft shadow under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pixelmill.imaging.backdrops import gradient_backdrop, picture_backdrop, plain_backdrop
from pixelmill.imaging.colors import parse_color
from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.gravity import Gravity, place
from pixelmill.imaging.limits import check_output_size
from pixelmill.imaging.pixels import drop_opaque_alpha, has_alpha, size_of, with_alpha
from pixelmill.imaging.scale import scale as resample
from pixelmill.imaging.shadow import ShadowStyle, cast_shadow

if TYPE_CHECKING:
    from pixelmill.imaging.formats import OutputFormat
    from pixelmill.imaging.pixels import Floats, Pixels

# Alpha up to this is dust left by a matte, not part of the cutout's outline.
_DUST: Final = 8


def composite(
    foreground: bytes,
    background: bytes | None = None,
    *,
    background_color: str | None = None,
    gradient_to: str | None = None,
    gradient_angle: float = 180.0,
    width: int | None = None,
    height: int | None = None,
    scale: float = 0.8,
    position: Gravity = "center",
    margin: float = 0.06,
    trim: bool = True,
    shadow: bool = True,
    shadow_style: ShadowStyle = "contact",
    shadow_strength: float = 1.0,
    output: OutputFormat = "png",
    quality: int | None = None,
) -> bytes:
    """Place a cutout on a background.

    Args:
        foreground: the cutout, an image with alpha.
        background: a picture that covers the sheet, or None.
        background_color: the sheet's colour where no picture covers it; None leaves it clear.
        gradient_to: if given, the sheet runs from ``background_color`` to this colour.
        gradient_angle: in degrees; 180 runs down, 90 to the right.
        width: of the sheet in pixels; None takes the background's, else the foreground's.
        height: of the sheet in pixels, likewise.
        scale: the part of the sheet, 0 to 1, that the cutout fits into.
        position: where the cutout sits.
        margin: kept free at the sides, as a part of the sheet's shorter side.
        trim: whether clear margins of the cutout are cut off first.
        shadow: whether the cutout casts one.
        shadow_style: ``contact`` on the ground or ``drop`` on the wall behind.
        shadow_strength: 0 to 1.
        output: the format to write.
        quality: 1 to 100, or None for the format's default.

    Raises:
        ImageRefused: an image, or the size asked for, is not accepted.
        ValueError: a colour or a number is not valid.
    """
    if not 0 < scale <= 1 or not 0 <= margin < 0.5 or not 0 <= shadow_strength <= 1:
        raise ValueError("Scale and shadow strength go from 0 to 1, the margin from 0 to 0.5.")
    cutout = with_alpha(decode(foreground))
    picture = decode(background) if background is not None else None
    size = _sheet_size(width, height, picture if picture is not None else cutout)
    check_output_size(*size)
    sheet = _sheet(size, picture, background_color, gradient_to, gradient_angle)
    if trim:
        cutout = trim_clear(cutout)
    cutout = _fit(cutout, size, scale)
    at = place(size_of(cutout), size, position, _margin(size_of(cutout), size, margin))
    if shadow and has_alpha(cutout):
        taken = cast_shadow(cutout[..., 3], at, size, shadow_style, shadow_strength)
        sheet = _darkened(sheet, taken)
    finished = drop_opaque_alpha(_lay(sheet, cutout, at))
    return encode(finished, output=output, quality=quality, background=background_color or "#fff")


def trim_clear(cutout: Pixels) -> Pixels:
    """The part of an RGBA picture that is seen; all of it if nothing is."""
    import cv2

    seen = cv2.threshold(cutout[..., 3], _DUST, 255, cv2.THRESH_BINARY)[1]
    left, top, width, height = cv2.boundingRect(seen)
    return cutout[top : top + height, left : left + width] if width else cutout


def _sheet_size(width: int | None, height: int | None, like: Pixels) -> tuple[int, int]:
    own = size_of(like)
    size = (own[0] if width is None else width, own[1] if height is None else height)
    if min(size) < 1:
        raise ValueError(f"A sheet of {size[0]} x {size[1]} pixels has no pixels.")
    return size


def _sheet(
    size: tuple[int, int], picture: Pixels | None, color: str | None, to: str | None, angle: float
) -> Pixels:
    start = parse_color(color or "transparent")
    if to is not None:
        sheet = gradient_backdrop(*size, start, parse_color(to), angle)
    else:
        sheet = plain_backdrop(*size, start)
    return sheet if picture is None else _lay(sheet, picture_backdrop(*size, picture), (0, 0))


def _fit(cutout: Pixels, sheet: tuple[int, int], part: float) -> Pixels:
    width, height = size_of(cutout)
    factor = min(sheet[0] * part / width, sheet[1] * part / height)
    return resample(cutout, max(1, round(width * factor)), max(1, round(height * factor)))


def _margin(cutout: tuple[int, int], sheet: tuple[int, int], part: float) -> int:
    room = min(sheet[0] - cutout[0], sheet[1] - cutout[1]) // 2
    return min(round(part * min(sheet)), room)


def _darkened(sheet: Pixels, taken: Floats) -> Pixels:
    """The sheet with light taken away; on clear ground the shadow itself becomes visible."""
    import numpy as np

    dark = taken[..., None]
    if int(sheet[..., 3].min()) == 255:
        return np.dstack([np.rint(sheet[..., :3] * (1 - dark)), sheet[..., 3]]).astype(np.uint8)
    alpha = sheet[..., 3:].astype(np.float32) / 255
    seen = alpha + dark * (1 - alpha)
    color = sheet[..., :3] * (alpha * (1 - dark) / np.maximum(seen, 1e-6))
    return np.rint(np.dstack([color, seen * 255])).astype(np.uint8)


def _lay(sheet: Pixels, upper: Pixels, at: tuple[int, int]) -> Pixels:
    import numpy as np
    from PIL import Image

    lower = Image.fromarray(sheet)
    lower.alpha_composite(Image.fromarray(upper), at)
    return np.asarray(lower)
