"""Small honest PNGs whose colour follows from words and a seed, made in microseconds."""

import hashlib
import struct
import zlib
from functools import lru_cache

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_GROUND = bytes((244, 243, 240))
_LARGEST_SIDE = 8192


def colour_of(words: str, seed: object) -> str:
    """Six hexadecimal digits that only these words with this seed give."""
    digest = hashlib.sha256(f"{words}\n{seed}".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:6]


def draw(colour: str, width: int, height: int) -> bytes:
    """A disc of ``colour`` on a light ground, as a PNG with a palette of two.

    Only the palette differs between pictures of one size, so the pixels are compressed once.
    """
    width, height = _bounded(width), _bounded(height)
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 3, 0, 0, 0)),
            _chunk(b"PLTE", _GROUND + bytes.fromhex(colour)),
            _chunk(b"IDAT", _disc(width, height)),
            _chunk(b"IEND", b""),
        )
    )


def bomb() -> bytes:
    """A PNG of 100 bytes whose header promises 60,000 x 60,000 pixels."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", zlib.compress(b"\0" * 64)))
    return _SIGNATURE + b"".join(chunks) + _chunk(b"IEND", b"")


def garbage() -> bytes:
    """Something that begins like a PNG and is none."""
    return _SIGNATURE + b"this is not a picture " * 40


def _bounded(side: int) -> int:
    return min(max(side, 1), _LARGEST_SIDE)


@lru_cache(maxsize=32)
def _disc(width: int, height: int) -> bytes:
    radius = min(width, height) * 0.38
    row_bytes = (width + 7) // 8
    rows = bytearray()
    for y in range(height):
        reach = radius * radius - (y + 0.5 - height / 2) ** 2
        half = int(reach**0.5) if reach > 0 else 0
        left, right = width // 2 - half, width // 2 + half
        bits = ((1 << (right - left)) - 1) << (row_bytes * 8 - right)
        rows += b"\0" + bits.to_bytes(row_bytes, "big")
    return zlib.compress(bytes(rows), 6)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
