"""Walks a GIF's blocks: screen, frames and transparency, stopping once there are too many."""

from __future__ import annotations

from typing import Final

from pixelmill.imaging.headers.header import Header, broken, truncated

_MAX_BLOCKS: Final = 400_000
_EXTENSION: Final = 0x21
_IMAGE: Final = 0x2C
_TRAILER: Final = 0x3B
_GRAPHIC_CONTROL: Final = 0xF9


def read_gif(data: bytes, max_frames: int) -> Header:
    """Read a GIF89a; counts frames up to ``max_frames`` + 1 and then stops looking."""
    if len(data) < 13:
        raise truncated("image/gif", "its screen size")
    width = int.from_bytes(data[6:8], "little")
    height = int.from_bytes(data[8:10], "little")
    walk = _Walk(data, 13 + _table_size(data[10]))
    while walk.frames <= max_frames and walk.step():
        pass
    if not walk.frames:
        raise truncated("image/gif", "its first frame")
    return Header(
        media_type="image/gif",
        width=max(width, walk.right),
        height=max(height, walk.bottom),
        has_alpha=walk.transparent,
        frames=walk.frames,
    )


class _Walk:
    """A position in the block stream and what has been seen so far."""

    __slots__ = ("at", "blocks", "bottom", "data", "frames", "right", "transparent")

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at
        self.blocks = 0
        self.frames = 0
        self.right = 0
        self.bottom = 0
        self.transparent = False

    def step(self) -> bool:
        """Read one block; False at the trailer, or where the file ends after a whole frame."""
        if self.at >= len(self.data):
            return False
        kind = self.data[self.at]
        if kind == _EXTENSION:
            self._extension()
        elif kind == _IMAGE:
            self._image()
        elif kind == _TRAILER:
            return False
        else:
            raise broken("image/gif", f"has an unknown block at byte {self.at:,}")
        return True

    def _extension(self) -> None:
        label = self.data[self.at + 1 : self.at + 2]
        if label == bytes([_GRAPHIC_CONTROL]) and not self.frames:
            self.transparent = bool(self.data[self.at + 3 : self.at + 4].ljust(1, b"\0")[0] & 1)
        self.at += 2
        self._skip_blocks()

    def _image(self) -> None:
        body = self.data[self.at + 1 : self.at + 10]
        if len(body) < 9:
            raise truncated("image/gif", "the size of one of its frames")
        left, top, width, height = (int.from_bytes(body[i : i + 2], "little") for i in (0, 2, 4, 6))
        self.right = max(self.right, left + width)
        self.bottom = max(self.bottom, top + height)
        self.at += 11 + _table_size(body[8])
        self._skip_blocks()
        self.frames += 1

    def _skip_blocks(self) -> None:
        data, at, end = self.data, self.at, len(self.data)
        while at < end and data[at]:
            at += data[at] + 1
            self.blocks += 1
            if self.blocks > _MAX_BLOCKS:
                raise broken("image/gif", f"has more than {_MAX_BLOCKS:,} data blocks")
        if at >= end:
            raise truncated("image/gif", "the end of one of its frames")
        self.at = at + 1


def _table_size(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0
