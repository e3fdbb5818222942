"""Reads a PNG's chunks: size, transparency, animation, profile, and whether the end is there."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from pixelmill.imaging.headers.header import (
    Header,
    broken,
    exif_orientation,
    is_srgb_profile,
    truncated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

# Colour type -> bit depths that the format allows (PNG 3rd edition, table 12).
_DEPTHS: Final[dict[int, tuple[int, ...]]] = {
    0: (1, 2, 4, 8, 16),
    2: (8, 16),
    3: (1, 2, 4, 8),
    4: (8, 16),
    6: (8, 16),
}
_MAX_CHUNKS: Final = 65_536
_MAX_PROFILE: Final = 1 << 20


def read_png(data: bytes) -> Header:
    """Read the header of a PNG; needs every chunk up to IEND to be there."""
    width, height, depth, color = _read_ihdr(data)
    alpha = color in (4, 6)
    frames, orientation, profile, pixels = 1, 1, False, False
    for kind, start, size in _chunks(data):
        if kind == b"tRNS":
            alpha = True
        elif kind == b"acTL":
            frames = max(1, int.from_bytes(data[start : start + 4], "big"))
        elif kind == b"eXIf":
            orientation = exif_orientation(data[start : start + size])
        elif kind == b"iCCP":
            profile = _is_foreign_profile(data[start : start + size])
        elif kind == b"IDAT":
            pixels = True
    if not pixels:
        raise truncated("image/png", "its pixels")
    return Header(
        media_type="image/png",
        width=width,
        height=height,
        has_alpha=alpha,
        frames=frames,
        orientation=orientation,
        has_profile=profile,
        simple=depth == 8 and color != 3,
    )


def _read_ihdr(data: bytes) -> tuple[int, int, int, int]:
    if len(data) < 33:
        raise truncated("image/png", "its header")
    if data[8:16] != b"\x00\x00\x00\x0dIHDR":
        raise broken("image/png", "has no IHDR chunk first")
    if zlib.crc32(data[12:29]) != int.from_bytes(data[29:33], "big"):
        raise broken("image/png", "its header's checksum is wrong")
    width, height, depth, color = struct.unpack(">IIBB", data[16:26])
    if depth not in _DEPTHS.get(color, ()):
        raise broken("image/png", f"has colour type {color} at {depth} bits")
    return width, height, depth, color


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    at, end = 8, len(data)
    for _ in range(_MAX_CHUNKS):
        if at + 12 > end:
            raise truncated("image/png", "its IEND chunk")
        size = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if at + 12 + size > end:
            raise truncated("image/png", f"the end of its {kind.decode('latin-1')!r} chunk")
        if kind == b"IEND":
            return
        yield kind, at + 8, size
        at += 12 + size
    raise broken("image/png", f"has more than {_MAX_CHUNKS:,} chunks")


def _is_foreign_profile(chunk: bytes) -> bool:
    name, _, rest = chunk.partition(b"\x00")
    if b"sRGB" in name:
        return False
    try:
        return not is_srgb_profile(zlib.decompressobj().decompress(rest[1:], _MAX_PROFILE))
    except zlib.error:
        return False
