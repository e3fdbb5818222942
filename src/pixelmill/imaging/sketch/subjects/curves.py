"""Smooth outlines through a few points, for cut-outs and tubes."""

from collections.abc import Sequence

import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, floats

Points = Sequence[tuple[float, float]]


def smooth(points: Points, *, closed: bool = True, steps: int = 8) -> Floats:
    """A centripetal-free Catmull-Rom curve through the points, (n, 2)."""
    p = np.asarray(points, np.float32)
    if closed:
        before, after, last = np.roll(p, 1, 0), np.roll(p, -1, 0), np.roll(p, -2, 0)
    else:
        ends = np.concatenate([[2 * p[0] - p[1]], p, [2 * p[-1] - p[-2]]])
        before, p, after, last = ends[:-3], ends[1:-2], ends[2:-1], ends[3:]
    t = np.linspace(0, 1, steps, endpoint=False, dtype=np.float32)[None, :, None]
    a, b, c, d = (x[:, None, :] for x in (before, p, after, last))
    curve = 0.5 * (
        2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
    )
    curve = curve.reshape(-1, 2)
    return floats(curve if closed else np.concatenate([curve, after[-1:]]))


def oval(x: float, y: float, rx: float, ry: float, lean: float = 0.0, count: int = 40) -> Floats:
    """An ellipse about (x, y), leaning by `lean` radians."""
    turn = np.linspace(0, 2 * np.pi, count, endpoint=False)
    px, py = rx * np.cos(turn), ry * np.sin(turn)
    c, s = np.cos(lean), np.sin(lean)
    return floats(np.column_stack([x + px * c - py * s, y + px * s + py * c]))


def leaf(x: float, y: float, angle: float, reach: float, half: float, bend: float = 0.0) -> Floats:
    """A pointed leaf from its foot at (x, y) along `angle` (radians from the x axis)."""
    t = np.linspace(0, 1, 14)
    thick = half * np.sin(np.pi * t**0.8)
    arc = bend * np.sin(np.pi * t) * reach
    along = np.concatenate([t, t[::-1][1:-1]]) * reach
    across = np.concatenate([thick + arc, (-thick + arc)[::-1][1:-1]])
    c, s = np.cos(angle), np.sin(angle)
    return floats(np.column_stack([x + along * c - across * s, y + along * s + across * c]))
