"""Walks an AVIF's boxes: the primary picture's size, alpha, frames, rotation and profile."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pixelmill.imaging.headers.header import (
    Header,
    broken,
    is_srgb_profile,
    truncated,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_BOXES: Final = 4_096
_ALPHA_URNS: Final = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
_SEQUENCE_PATH: Final = (b"trak", b"mdia", b"minf", b"stbl", b"stsz")


@dataclass(slots=True)
class _Meta:
    """The parts of a ``meta`` box that describe the primary item (ISO/IEC 23008-12)."""

    primary: int = 0
    properties: list[tuple[bytes, bytes]] = field(default_factory=list[tuple[bytes, bytes]])
    of_item: dict[int, list[int]] = field(default_factory=dict[int, list[int]])

    def of_primary(self) -> dict[bytes, bytes]:
        """The properties tied to the primary item; all of them if nothing is tied."""
        indexes = self.of_item.get(self.primary, range(1, len(self.properties) + 1))
        return dict(self.properties[i - 1] for i in indexes if 0 < i <= len(self.properties))


def read_avif(data: bytes) -> Header:
    """Read the header of an AVIF still or sequence; needs every top-level box to be whole."""
    meta, frames = _Meta(), 1
    for kind, body in _boxes(data, whole=True):
        if kind == b"meta":
            _read_meta(meta, body[4:])
        elif kind == b"moov":
            frames = max(frames, _count_samples(body))
    properties = meta.of_primary()
    size = properties.get(b"ispe", b"")
    if len(size) < 12:
        raise broken("image/avif", "does not say how large its picture is")
    width, height = int.from_bytes(size[4:8], "big"), int.from_bytes(size[8:12], "big")
    turned = bool(properties.get(b"irot", b"\0")[0] & 1)
    profile = properties.get(b"colr", b"")
    return Header(
        media_type="image/avif",
        width=height if turned else width,
        height=width if turned else height,
        has_alpha=any(k == b"auxC" and b[4:].startswith(_ALPHA_URNS) for k, b in meta.properties),
        frames=frames,
        has_profile=profile[:4] in (b"prof", b"rICC") and not is_srgb_profile(profile),
        simple=not properties.keys() & {b"irot", b"imir", b"clap"},
    )


def _boxes(data: bytes, *, whole: bool = False) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MAX_BOXES):
        if at + 8 > len(data):
            return
        size, kind, head = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], 8
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif size == 0:
            size = len(data) - at
        if size < head:
            raise broken("image/avif", "has a box shorter than its own header")
        if at + size > len(data):
            if whole:
                raise truncated("image/avif", f"the end of its {kind.decode('latin-1')!r} box")
            return
        # Pixels are large and say nothing here, so they are not copied.
        yield kind, b"" if kind == b"mdat" else data[at + head : at + size]
        at += size
    raise broken("image/avif", f"has more than {_MAX_BOXES:,} boxes")


def _read_meta(meta: _Meta, body: bytes) -> None:
    for kind, inner in _boxes(body):
        if kind == b"pitm" and len(inner) >= 6:
            meta.primary = int.from_bytes(inner[4:6] if inner[0] == 0 else inner[4:8], "big")
        elif kind == b"iprp":
            for name, part in _boxes(inner):
                if name == b"ipco":
                    meta.properties.extend(_boxes(part))
                elif name == b"ipma":
                    _read_associations(meta, part)


def _read_associations(meta: _Meta, body: bytes) -> None:
    if len(body) < 8:
        return
    wide_id, wide_index = 4 if body[0] else 2, 2 if body[3] & 1 else 1
    count, at = min(int.from_bytes(body[4:8], "big"), _MAX_BOXES), 8
    mask = 0x7FFF if wide_index == 2 else 0x7F
    for _ in range(count):
        if at + wide_id + 1 > len(body):
            return
        item = int.from_bytes(body[at : at + wide_id], "big")
        ties, at = body[at + wide_id], at + wide_id + 1
        steps = range(at, at + ties * wide_index, wide_index)
        meta.of_item[item] = [int.from_bytes(body[i : i + wide_index], "big") & mask for i in steps]
        at += ties * wide_index


def _count_samples(body: bytes, depth: int = 0) -> int:
    wanted = _SEQUENCE_PATH[depth]
    parts = [inner for kind, inner in _boxes(body) if kind == wanted]
    if wanted == b"stsz":
        return max((int.from_bytes(part[8:12], "big") for part in parts), default=1)
    return max((_count_samples(part, depth + 1) for part in parts), default=1)
