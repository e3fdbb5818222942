"""Reads a WebP's RIFF chunks: canvas, alpha, frames, orientation and profile."""

from __future__ import annotations

from dataclasses import dataclass
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

_MAX_CHUNKS: Final = 16_384


@dataclass(slots=True)
class _Found:
    canvas: tuple[int, int] | None = None
    picture: tuple[int, int] | None = None
    alpha: bool = False
    frames: int = 0
    orientation: int = 1
    profile: bool = False


def read_webp(data: bytes) -> Header:
    """Read the header of a WebP (RFC 9649); needs the whole RIFF body."""
    if int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise truncated("image/webp", "the length its header names")
    found = _Found()
    for kind, body in _chunks(data):
        _read_chunk(found, kind, body)
    size = found.canvas or found.picture
    if size is None or not found.frames:
        raise broken("image/webp", "has no picture in it")
    return Header(
        media_type="image/webp",
        width=size[0],
        height=size[1],
        has_alpha=found.alpha,
        frames=found.frames,
        orientation=found.orientation,
        has_profile=found.profile,
    )


def _read_chunk(found: _Found, kind: bytes, body: memoryview) -> None:
    match kind:
        case b"VP8X" if len(body) >= 10:
            found.alpha = bool(body[0] & 0x10)
            found.canvas = (_uint24(body, 4) + 1, _uint24(body, 7) + 1)
        case b"VP8 " | b"VP8L":
            found.picture, alpha = _read_bitstream(kind, body)
            found.alpha = found.alpha or (alpha and found.canvas is None)
            found.frames += 1
        case b"ANMF":
            found.frames += 1
        case b"EXIF":
            found.orientation = exif_orientation(bytes(body))
        case b"ICCP":
            found.profile = not is_srgb_profile(bytes(body))
        case _:
            pass


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view = memoryview(data)[: int.from_bytes(data[4:8], "little") + 8]
    at = 12
    for _ in range(_MAX_CHUNKS):
        if at + 8 > len(view):
            return
        size = int.from_bytes(view[at + 4 : at + 8], "little")
        if at + 8 + size > len(view):
            raise truncated("image/webp", "the end of one of its chunks")
        yield bytes(view[at : at + 4]), view[at + 8 : at + 8 + size]
        at += 8 + size + (size & 1)
    raise broken("image/webp", f"has more than {_MAX_CHUNKS:,} chunks")


def _read_bitstream(kind: bytes, body: memoryview) -> tuple[tuple[int, int], bool]:
    if kind == b"VP8 ":
        if len(body) < 10 or bytes(body[3:6]) != b"\x9d\x01\x2a":
            raise broken("image/webp", "its VP8 frame has no start code")
        width = int.from_bytes(body[6:8], "little") & 0x3FFF
        height = int.from_bytes(body[8:10], "little") & 0x3FFF
        return (width, height), False
    if len(body) < 5 or body[0] != 0x2F:
        raise broken("image/webp", "its VP8L frame has no signature")
    bits = int.from_bytes(body[1:5], "little")
    size = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    return size, bool(bits >> 28 & 1)


def _uint24(body: memoryview, at: int) -> int:
    return int.from_bytes(body[at : at + 3], "little")
