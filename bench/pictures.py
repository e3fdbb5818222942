"""The pictures that benchmarks work on: a small drawing, and a photo-like one, 1024 x 1024."""

import io
import zlib
from functools import cache
from struct import pack

import numpy as np
from PIL import Image

SIDE = 1024


@cache
def drawing() -> bytes:
    """Flat bands of colour: a ready-made PNG of a few kilobytes."""
    band = (np.arange(SIDE) // 64 * 15).astype(np.uint8)
    pixels = np.broadcast_to(band[:, None, None], (SIDE, SIDE, 3)) + np.array([0, 40, 80], np.uint8)
    return _png(pixels.astype(np.uint8), level=9)


@cache
def photo() -> bytes:
    """Clouds whose power falls as 1/f^2 with a little grain: compresses as a photograph does."""
    dice = np.random.default_rng(7)
    rows, columns = np.meshgrid(*(np.fft.fftfreq(SIDE) * SIDE,) * 2, indexing="ij")
    fall = 1 / np.maximum(np.hypot(rows, columns), 1) ** 1.4
    bands = []
    for _ in range(3):
        phase = np.exp(2j * np.pi * dice.random((SIDE, SIDE)))
        cloud = np.fft.ifft2(fall * phase).real
        cloud = (cloud - cloud.min()) / (cloud.max() - cloud.min()) * 230 + 12
        bands.append(cloud + dice.normal(0, 1.5, cloud.shape))
    return _png(np.clip(np.stack(bands, -1), 0, 255).astype(np.uint8), level=6)


def numbered(png: bytes, number: int) -> bytes:
    """The same picture with a number in a text chunk before its end: other bytes, still valid."""
    body = b"tEXtnumber\0%d" % number
    chunk = pack(">I", len(body) - 4) + body + pack(">I", zlib.crc32(body))
    return png[:-12] + chunk + png[-12:]


def _png(pixels: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", level: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG", compress_level=level)
    return out.getvalue()
