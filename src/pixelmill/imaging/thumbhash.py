"""Encodes a ThumbHash, a picture's low frequencies in 25 bytes (evanw.github.io/thumbhash)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from pixelmill.imaging.pixels import Pixels


class _Channel(NamedTuple):
    """A channel's mean, its other frequencies scaled to 0..1, and their greatest magnitude."""

    mean: float
    waves: list[float]
    scale: float


def thumbhash(pixels: Pixels) -> bytes:
    """Encode RGBA bytes of at most 100 x 100 pixels, byte for byte as the reference does."""
    import numpy as np

    height, width = pixels.shape[:2]
    if max(width, height) > 100:
        raise ValueError(f"{width} x {height} pixels are over the 100 x 100 of a ThumbHash.")
    values = pixels.astype(np.float64) / 255
    alpha = values[..., 3]
    transparent = bool(alpha.min() < 1)
    weight = alpha.sum()
    mean = (values[..., :3] * alpha[..., None]).sum((0, 1)) / (weight or 1)
    red, green, blue = np.moveaxis(
        mean * (1 - alpha[..., None]) + values[..., :3] * alpha[..., None], 2, 0
    )
    limit, longest = (5 if transparent else 7), max(width, height)
    across, down = (max(1, round(limit * side / longest)) for side in (width, height))
    light = _transform((red + green + blue) / 3, max(3, across), max(3, down))
    yellow = _transform((red + green) / 2 - blue, 3, 3)
    rose = _transform(red - green, 3, 3)
    cover = _transform(alpha, 5, 5) if transparent else None
    header = _header(light, yellow, rose, transparent=transparent)
    landscape = width > height
    ratio = (down if landscape else across) | round(63 * yellow.scale) << 3
    ratio |= round(63 * rose.scale) << 9 | landscape << 15
    head = header.to_bytes(3, "little") + ratio.to_bytes(2, "little")
    if cover:
        head += bytes([round(15 * cover.mean) | round(15 * cover.scale) << 4])
    return head + _nibbles(light.waves + yellow.waves + rose.waves + (cover.waves if cover else []))


def _transform(channel: NDArray[np.float64], across: int, down: int) -> _Channel:
    """The triangle of cosine coefficients below the diagonal from ``across`` to ``down``."""
    import numpy as np

    height, width = channel.shape
    columns = np.cos(np.pi / width * np.outer(np.arange(across), np.arange(width) + 0.5))
    rows = np.cos(np.pi / height * np.outer(np.arange(down), np.arange(height) + 0.5))
    table = rows @ channel @ columns.T / (width * height)
    waves = [
        float(table[y, x])
        for y in range(down)
        for x in range(across)
        if x * down < across * (down - y)
    ]
    mean, rest = waves[0], waves[1:]
    greatest = max(map(abs, rest), default=0.0)
    if greatest:
        rest = [0.5 + 0.5 / greatest * wave for wave in rest]
    return _Channel(mean, rest, greatest)


def _header(light: _Channel, yellow: _Channel, rose: _Channel, *, transparent: bool) -> int:
    return (
        round(63 * light.mean)
        | round(31.5 + 31.5 * yellow.mean) << 6
        | round(31.5 + 31.5 * rose.mean) << 12
        | round(31 * light.scale) << 18
        | transparent << 23
    )


def _nibbles(waves: list[float]) -> bytes:
    values = [round(15 * wave) for wave in waves]
    values += [0] * (len(values) % 2)
    return bytes(low | high << 4 for low, high in zip(values[::2], values[1::2], strict=True))
