"""Image files made in code: good ones of every kind, and the ones that try something."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

PHOTOS = Path(__file__).parents[3] / "examples" / "photos"


def photo(name: str = "coffee") -> bytes:
    return (PHOTOS / f"{name}.png").read_bytes()


def gradient(width: int = 64, height: int = 48, bands: int = 3) -> np.ndarray:
    """A picture whose every corner has its own colour; the left half of a fourth band is clear."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [x * 255 // max(1, width - 1), y * 255 // max(1, height - 1), (x + y) % 256]
    if bands == 4:
        planes.append(np.where(x < width // 2, 0, 255))
    return np.stack(planes, axis=-1).astype(np.uint8)


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


@cache
def picture(format: str, width: int = 64, height: int = 48, bands: int = 3, **options: object):
    return saved(Image.fromarray(gradient(width, height, bands)), format, **options)


def opened(data: bytes) -> np.ndarray:
    """Decoded by Pillow, which the code under test mostly does not use."""
    return np.asarray(Image.open(io.BytesIO(data)))


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def raw_png(
    width: int, height: int, *, depth: int, color: int, rows: bytes, extra: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + extra + pixels + chunk(b"IEND", b"")


def bomb_png(width: int = 50_000, height: int = 50_000) -> bytes:
    """A header that promises gigabytes over a few bytes of pixels."""
    return raw_png(width, height, depth=8, color=2, rows=bytes(1_000))


def deep_png(color: int = 2, value: int = 0xC000) -> bytes:
    """Four by three pixels of one 16-bit value: grey (0), RGB (2) or RGBA (6)."""
    samples = {0: 1, 2: 3, 4: 2, 6: 4}[color]
    row = b"\0" + struct.pack(">H", value) * samples * 4
    return raw_png(4, 3, depth=16, color=color, rows=row * 3)


def with_png_chunk(data: bytes, kind: bytes, body: bytes) -> bytes:
    """The same PNG with a chunk put right behind its header."""
    return data[:33] + chunk(kind, body) + data[33:]


def apng(frames: int = 3) -> bytes:
    stills = [Image.fromarray(gradient() // (i + 1)) for i in range(frames)]
    return saved(stills[0], "PNG", save_all=True, append_images=stills[1:], duration=50)


def animation(format: str, frames: int = 3) -> bytes:
    stills = [Image.fromarray(gradient() // (i + 1)) for i in range(frames)]
    return saved(stills[0], format, save_all=True, append_images=stills[1:], duration=50)


def turned_jpeg(orientation: int) -> bytes:
    """A JPEG of 64 x 48 stored pixels with an orientation and a place in its EXIF."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = "SECRET-DESCRIPTION"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return picture("JPEG", exif=exif.tobytes(), quality=95)


def cmyk_jpeg() -> bytes:
    return saved(Image.new("CMYK", (40, 30), (0, 255, 255, 0)), "JPEG", quality=95)


def grey_jpeg() -> bytes:
    return saved(Image.new("L", (40, 30), 200), "JPEG", quality=95)


def wide_profile() -> bytes:
    """SRGB's own primaries, but red and green trade places: a profile nobody can overlook."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", profile[128:132])[0]
    tags = {profile[132 + 12 * i : 136 + 12 * i].decode(): 132 + 12 * i for i in range(count)}
    red, green = tags["rXYZ"], tags["gXYZ"]
    profile[red : red + 4], profile[green : green + 4] = b"gXYZ", b"rXYZ"
    while (at := profile.find("sRGB".encode("utf-16-be"))) >= 0:
        profile[at : at + 8] = "Odd ".encode("utf-16-be")
    return bytes(profile).replace(b"sRGB", b"Odd ")
