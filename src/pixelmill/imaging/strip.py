"""Takes what a picture tells of its maker out of the file: EXIF, GPS, XMP, comments, trailers."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from pixelmill.imaging.decode import decode
from pixelmill.imaging.encode import encode
from pixelmill.imaging.formats import PNG_SIGNATURE, MediaType
from pixelmill.imaging.limits import DEFAULT_LIMITS, DecodeLimits
from pixelmill.imaging.probe import read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixelmill.imaging.formats import OutputFormat

MOST_PROFILE_BYTES: Final = 64 << 10
"""A colour profile longer than this is applied to the pixels and left out."""

# What is not named here goes: metadata nobody has thought of cannot stay.
_PNG_KEPT: Final = frozenset(
    {
        *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
        *(b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"pHYs"),
    }
)
_WEBP_KEPT: Final = frozenset({b"VP8X", b"ICCP", b"ALPH", b"VP8 ", b"VP8L", b"ANIM", b"ANMF"})
_WEBP_EXIF_AND_XMP: Final = 0x0C
_AVIF_KEPT: Final = frozenset({b"ftyp", b"meta", b"mdat", b"moov"})
_AVIF_TELLING: Final = (b"Exif", b"mime", b"uri ", b"uuid", b"udta")
_APP0, _APP2, _APP14, _COM, _SOS, _EOI = 0xE0, 0xE2, 0xEE, 0xFE, 0xDA, 0xD9
# Within entropy-coded data FF is followed by 00, a restart marker or another FF (T.81, B.1.1.5).
_NEXT_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_REWRITTEN: Final[dict[MediaType, tuple[OutputFormat, int]]] = {
    "image/png": ("png", 100),
    "image/gif": ("png", 100),
    "image/jpeg": ("jpeg", 95),
    "image/webp": ("webp", 95),
    "image/avif": ("avif", 90),
}


def take_in(
    data: bytes, *, limits: DecodeLimits = DEFAULT_LIMITS, declared: str | None = None
) -> bytes:
    """Decode a stranger's image once, as proof, and return it without its metadata.

    The coded pixels stay as they are where that can be done; an image that lies on its side by its
    EXIF orientation, or carries a long colour profile, is written anew: upright, in sRGB.

    Raises:
        ImageRefused: as ``decode`` does.
    """
    pixels = decode(data, limits=limits, declared=declared)
    header = read_header(data, limits=limits)
    if header.orientation == 1:
        stripped = strip(data, header.media_type)
        if stripped is not None:
            return stripped
    output, quality = _REWRITTEN[header.media_type]
    return encode(pixels, output=output, quality=quality)


def strip(data: bytes, media_type: MediaType) -> bytes | None:
    """The same coded pixels without metadata, and without anything behind the image's end.

    Colour profiles up to 64 KB stay. None where only writing the image anew would do. ``data`` is
    an image whose header was read.
    """
    match media_type:
        case "image/png":
            return _strip_png(data)
        case "image/jpeg":
            return _strip_jpeg(data)
        case "image/webp":
            return _strip_webp(data)
        case "image/gif":
            return _strip_gif(data)
        case "image/avif":
            return None if _avif_tells(data) else data


def _strip_png(data: bytes) -> bytes | None:
    kept, at = [PNG_SIGNATURE], 8
    while at + 12 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"iCCP" and _is_long_png_profile(data[at + 8 : at + 8 + size]):
            return None
        if kind in _PNG_KEPT:
            kept.append(data[at : at + 12 + size])
        if kind == b"IEND":
            break
        at += 12 + size
    return b"".join(kept)


def _is_long_png_profile(chunk: bytes) -> bool:
    _, _, packed = chunk.partition(b"\x00")
    try:
        profile = zlib.decompressobj().decompress(packed[1:], MOST_PROFILE_BYTES + 1)
    except zlib.error:
        return True
    return len(profile) > MOST_PROFILE_BYTES


def _strip_jpeg(data: bytes) -> bytes | None:
    kept, profile_bytes = [b"\xff\xd8"], 0
    for marker, start, end in _jpeg_parts(data):
        body = data[start + 4 : end]
        profile = marker == _APP2 and body.startswith(b"ICC_PROFILE\x00")
        profile_bytes += len(body) if profile else 0
        if profile or not _is_telling(marker, body):
            kept.append(data[start:end])
    return None if profile_bytes > MOST_PROFILE_BYTES else b"".join(kept)


def _is_telling(marker: int, body: bytes) -> bool:
    """Applications' segments and comments; JFIF and Adobe's say how to read the colours."""
    if marker == _APP0:
        return not body.startswith(b"JFIF\x00") or len(body) > 14
    if marker == _APP14:
        return not body.startswith(b"Adobe")
    return marker == _COM or _APP0 <= marker <= 0xEF


def _jpeg_parts(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Each segment as (marker, start, end), a scan with the coded data that follows it."""
    at = 2
    while at + 2 <= len(data):
        found = _NEXT_MARKER.search(data, at)
        if found is None:
            return
        start, marker = found.start(), data[found.start() + 1]
        if marker == _EOI:
            yield marker, start, start + 2
            return
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        if marker == _SOS:
            following = _NEXT_MARKER.search(data, end)
            end = len(data) if following is None else following.start()
        yield marker, start, end
        at = end


def _strip_webp(data: bytes) -> bytes | None:
    kept, at = [b"WEBP"], 12
    end = int.from_bytes(data[4:8], "little") + 8
    while at + 8 <= end:
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        whole = data[at : at + 8 + size + (size & 1)]
        if kind == b"ICCP" and size > MOST_PROFILE_BYTES:
            return None
        if kind == b"VP8X":
            whole = whole[:8] + bytes([whole[8] & ~_WEBP_EXIF_AND_XMP]) + whole[9:]
        if kind in _WEBP_KEPT:
            kept.append(whole.ljust(8 + size + (size & 1), b"\x00"))
        at += 8 + size + (size & 1)
    body = b"".join(kept)
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _strip_gif(data: bytes) -> bytes:
    """Only graphic control extensions stay: the others are comments, text and applications'."""
    at = 13 + _gif_table(data[10])
    kept = [data[:at]]
    while at < len(data) and data[at] in (0x21, 0x2C):
        start, image = at, data[at] == 0x2C
        at += 11 + _gif_table(data[at + 9]) if image else 2
        while at < len(data) and data[at]:
            at += data[at] + 1
        at += 1
        if image or data[start + 1] == 0xF9:
            kept.append(data[start:at])
    return b"".join([*kept, b"\x3b"])


def _gif_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _avif_tells(data: bytes) -> bool:
    """Whether an AVIF may hold metadata; its items lie at fixed places, so none can go."""
    at = 0
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind not in _AVIF_KEPT or (size < 8 and kind != b"mdat"):
            return True
        if kind == b"mdat" and size in (0, 1):
            size = int.from_bytes(data[at + 8 : at + 16], "big") if size else len(data) - at
        elif kind != b"mdat" and any(mark in data[at : at + size] for mark in _AVIF_TELLING):
            return True
        at += size
    return at != len(data)
