"""Reads a JPEG's segments up to the first scan, and looks for its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pixelmill.imaging.headers.header import (
    Header,
    broken,
    exif_orientation,
    is_srgb_profile,
    truncated,
)
from pixelmill.imaging.limits import ImageRefused

_MAX_SEGMENTS: Final = 4_096
_MAX_FILL: Final = 64
_SOS: Final = 0xDA
_APP1: Final = 0xE1
_APP2: Final = 0xE2
# Every start-of-frame marker: C0 to CF without DHT (C4), JPG (C8) and DAC (CC).
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Baseline, extended and progressive Huffman coding: what every decoder reads.
_COMMON: Final = frozenset({0xC0, 0xC1, 0xC2})


@dataclass(slots=True)
class _Found:
    width: int = 0
    height: int = 0
    components: int = 0
    orientation: int = 1
    profile: bool = False


def read_jpeg(data: bytes) -> Header:
    """Read the header of a JPEG (ITU T.81, annex B); needs an end-of-image marker."""
    found = _Found()
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker, at = _next_marker(data, at)
        size = int.from_bytes(data[at : at + 2], "big")
        if size < 2 or at + size > len(data):
            raise truncated("image/jpeg", "its pixels")
        if marker == _SOS:
            break
        _read_segment(found, marker, data[at + 2 : at + size])
        at += size
    else:
        raise broken("image/jpeg", f"has more than {_MAX_SEGMENTS:,} segments")
    if not found.components:
        raise broken("image/jpeg", "has no frame header before its pixels")
    if data.find(b"\xff\xd9", at) < 0:
        raise truncated("image/jpeg", "its end marker")
    return Header(
        media_type="image/jpeg",
        width=found.width,
        height=found.height,
        orientation=found.orientation,
        has_profile=found.profile,
        simple=found.components in (1, 3),
    )


def _next_marker(data: bytes, at: int) -> tuple[int, int]:
    for _ in range(_MAX_FILL):
        pair = data[at : at + 2]
        if len(pair) < 2:
            raise truncated("image/jpeg", "its pixels")
        if pair[0] != 0xFF:
            raise broken("image/jpeg", f"has no marker at byte {at:,}")
        if pair[1] != 0xFF:
            return pair[1], at + 2
        at += 1
    raise broken("image/jpeg", "is padding where a marker should be")


def _read_segment(found: _Found, marker: int, body: bytes) -> None:
    if marker == _APP1 and body.startswith(b"Exif\x00\x00"):
        found.orientation = exif_orientation(body)
    elif marker == _APP2 and body.startswith(b"ICC_PROFILE\x00\x01"):
        found.profile = not is_srgb_profile(body)
    elif marker in _FRAMES and not found.components:
        _read_frame(found, marker, body)


def _read_frame(found: _Found, marker: int, body: bytes) -> None:
    if len(body) < 6:
        raise broken("image/jpeg", "its frame header is too short")
    if marker not in _COMMON or body[0] != 8:
        raise ImageRefused(
            "unsupported_format",
            f"The JPEG uses process {marker - 0xC0} at {body[0]} bits a sample; save it as an "
            "ordinary 8-bit JPEG.",
        )
    found.height = int.from_bytes(body[1:3], "big")
    found.width = int.from_bytes(body[3:5], "big")
    found.components = body[5]
    if found.components not in (1, 3, 4):
        raise broken("image/jpeg", f"has {found.components} colour components")
