"""From an encoded file to upright sRGB bytes, by the fastest decoder for what the header says."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from pixelmill.imaging.formats import NAME_OF_MEDIA_TYPE, MediaType
from pixelmill.imaging.limits import DEFAULT_LIMITS, DecodeLimits, ImageRefused
from pixelmill.imaging.pixels import orient
from pixelmill.imaging.probe import read_header
from pixelmill.imaging.vips import from_vips, vips

if TYPE_CHECKING:
    from pixelmill.imaging.headers.header import Header
    from pixelmill.imaging.pixels import Pixels

_VIPS_LOADERS: Final[dict[MediaType, str]] = {
    "image/png": "pngload_buffer",
    "image/jpeg": "jpegload_buffer",
    "image/webp": "webpload_buffer",
    "image/gif": "gifload_buffer",
    "image/avif": "heifload_buffer",
}


def decode(
    data: bytes, *, limits: DecodeLimits = DEFAULT_LIMITS, declared: str | None = None
) -> Pixels:
    """Decode the first frame to height x width x 3 or 4 bytes: upright, sRGB, alpha straight.

    Palettes, grey, 16 bits, CMYK and embedded colour profiles are converted; metadata is dropped.

    Raises:
        ImageRefused: with one of its codes; no other error comes from the content of ``data``.
    """
    header = read_header(data, limits=limits, declared=declared)
    try:
        pixels = _decode(data, header)
    except ImageRefused:
        raise
    # The libraries raise their own errors, and a hostile file finds ever new ones of them.
    except Exception as error:
        raise _undecodable(header, str(error)) from error
    limits.check_size(int(pixels.shape[1]), int(pixels.shape[0]))
    return orient(pixels, header.orientation) if header.orientation > 1 else pixels


def _decode(data: bytes, header: Header) -> Pixels:
    plain = header.simple and header.frames == 1 and not header.has_profile
    if plain and header.media_type in ("image/jpeg", "image/webp"):
        return _by_opencv(data, header)
    if plain and header.media_type == "image/avif":
        return _by_pillow(data, header)
    return _by_vips(data, header)


def _by_opencv(data: bytes, header: Header) -> Pixels:
    import cv2
    import numpy as np

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    source = np.frombuffer(data, np.uint8)
    flags = cv2.IMREAD_UNCHANGED if header.has_alpha else cv2.IMREAD_COLOR_RGB
    array: Any = cv2.imdecode(source, flags | cv2.IMREAD_IGNORE_ORIENTATION)
    if array is None:
        raise _undecodable(header, "the decoder gave no picture")
    if header.has_alpha:
        # A file may announce alpha and hold none.
        array = cv2.cvtColor(
            array, cv2.COLOR_BGRA2RGBA if array.shape[2] == 4 else cv2.COLOR_BGR2RGB
        )
    return array


def _by_pillow(data: bytes, header: Header) -> Pixels:
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("AVIF",)) as image:
        if image.size != (header.width, header.height):
            raise _undecodable(header, "the picture is not of the size its header names")
        return np.asarray(image if image.mode in ("RGB", "RGBA") else image.convert("RGB"))


def _by_vips(data: bytes, header: Header) -> Pixels:
    load = getattr(vips().Image, _VIPS_LOADERS[header.media_type])
    image = load(data, access="sequential", fail_on="truncated")
    if header.has_profile or image.interpretation == "cmyk":
        image = image.icc_transform(
            "srgb", embedded=True, intent="relative", black_point_compensation=True
        )
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    if image.format != "uchar":
        image = image.cast("uchar")
    return from_vips(image)


def _undecodable(header: Header, reason: str) -> ImageRefused:
    name = NAME_OF_MEDIA_TYPE[header.media_type]
    first = (reason.strip().splitlines() or ["unknown"])[-1][:120]
    short = any(word in reason.lower() for word in ("truncated", "premature", "not enough data"))
    if short:
        return ImageRefused(
            "image_truncated", f"The {name} file ends before its last pixel; send it again whole."
        )
    return ImageRefused(
        "not_an_image", f"The {name} file cannot be decoded ({first}); export it again."
    )
