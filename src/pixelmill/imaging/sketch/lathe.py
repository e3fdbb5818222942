"""Solids of revolution: bottles, jars, plinths, spheres, fruit.

Seen from above, a stack of discs hides itself from the bottom up, and every scanline cuts it in one
interval around the axis. So coverage and the visible height follow from each disc's half-width
on the scanline, without any ray being traced.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, floats
from pixelmill.imaging.sketch.label import Label, paint_label
from pixelmill.imaging.sketch.layer import Layer, Material, covered, plain
from pixelmill.imaging.sketch.texture import textured
from pixelmill.imaging.sketch.view import View

Profile = Sequence[tuple[float, float] | tuple[float, float, float]]
"""Corners (radius, height, fillet) from the bottom edge to the top."""

_SUBROWS = 3
_FINE = 16
"""Table entries between two rings."""


def filleted(corners: Profile, fineness: float = 90.0) -> Floats:
    """The corners as a fine polyline (n, 2), each corner rounded by its fillet radius."""
    points = [floats(c[:2]) for c in corners]
    fillets = [c[2] if len(c) == 3 else 0.0 for c in corners]
    out: list[Floats] = [points[0]]
    for i in range(1, len(points) - 1):
        before, here, after = points[i - 1], points[i], points[i + 1]
        cut = fillets[i]
        if cut <= 0:
            out.append(here)
            continue
        back, on = before - here, after - here
        a = here + back * min(cut / max(float(np.hypot(*back)), 1e-6), 0.5)
        b = here + on * min(cut / max(float(np.hypot(*on)), 1e-6), 0.5)
        t = np.linspace(0.0, 1.0, 4 + min(int(cut * fineness), 26))[:, None]
        out.extend(floats((1 - t) ** 2 * a + 2 * t * (1 - t) * here + t * t * b))
    out.append(points[-1])
    return floats(out)


def _refined(line: Floats, step: float) -> Floats:
    """The polyline with points no farther apart than `step`."""
    gaps = np.hypot(*np.diff(line, axis=0).T)
    parts = [
        np.linspace(line[i], line[i + 1], max(1, int(np.ceil(g / step))), endpoint=False)
        for i, g in enumerate(gaps)
    ]
    return floats(np.concatenate([*parts, line[-1:]]))


@dataclass(frozen=True, slots=True)
class Lathe:
    """A profile turned about a vertical axis that stands at (x, base, z)."""

    profile: Profile
    material: Material
    x: float = 0.0
    base: float = 0.0
    z: float = 0.0
    size: float = 1.0
    label: Label | None = None
    casts: bool = True

    def placed(self, x: float, y: float, z: float, size: float) -> "Lathe":
        """This solid scaled by `size` about the origin, then moved."""
        return replace(
            self,
            x=self.x * size + x,
            base=self.base * size + y,
            z=self.z * size + z,
            size=self.size * size,
        )

    def shadows(self) -> list[Floats]:
        """Convex pieces (n, 3) whose projection along the light is the shadow."""
        if not self.casts:
            return []
        line = filleted(self.profile, 0.0) * self.size
        line = _refined(line, max(0.11 * self.size, 0.03))
        turn = np.linspace(0, 2 * np.pi, 16, endpoint=False)
        rings = np.stack(
            [
                self.x + line[:, :1] * np.cos(turn),
                np.repeat(self.base + line[:, 1:], len(turn), axis=1),
                self.z + line[:, :1] * np.sin(turn),
            ],
            axis=-1,
        )
        return [floats(np.concatenate([rings[i], rings[i + 1]])) for i in range(len(rings) - 1)]

    def raster(self, view: View) -> Layer | None:
        """The visible surface as a lit-to-be patch, or None when it is out of the picture."""
        line = filleted(self.profile) * self.size
        line = _refined(line, max(2.5 / view.scale, 0.007 * self.size))
        radius, height = line[:, 0], line[:, 1] + self.base
        opened = view.open_at(height)
        rx = np.maximum(radius * view.scale, 0.05)
        ry = np.maximum(rx * opened, 0.35)
        mid = view.ground + view.scale * (self.z * opened - height)
        axis = view.centre + view.scale * self.x
        top = max(int(np.floor((mid - ry).min())), 0)
        bottom = min(int(np.ceil((mid + ry).max())) + 1, view.height)
        left = max(int(np.floor(axis - rx.max())) - 1, 0)
        right = min(int(np.ceil(axis + rx.max())) + 2, view.width)
        if bottom <= top or right <= left:
            return None
        offset = floats(np.arange(left, right) + 0.5 - axis)
        ring, alpha = _visible(rx, ry, floats(mid), offset, top, bottom)
        return self._surface(floats(np.column_stack([line, mid])), ring, alpha, (left, top), view)

    def _surface(
        self, line: Floats, ring: Floats, alpha: Floats, corner: tuple[int, int], view: View
    ) -> Layer:
        """The patch at `corner` (left, top); `line` is (radius, height, screen row) by ring."""
        left, top = corner
        seen = covered(alpha)
        down, across = np.divmod(seen, alpha.shape[1])
        row = floats(down + (top + 0.5))
        offset = floats(across + (left + 0.5 - view.centre - view.scale * self.x)) / view.scale
        radius, height, out_r, out_y, middle = _looked_up(line, ring.ravel()[seen])
        sine = np.clip(offset / np.maximum(radius, 1e-4), -1.0, 1.0)
        cosine = np.sqrt(1.0 - sine * sine)
        cosine[row < middle] *= -1.0
        normal = floats(np.stack([out_r * sine, out_y, out_r * cosine]))
        layer = Layer(
            left, top, alpha.shape, seen, normal, alpha.ravel()[seen],
            plain(self.material.colour), self.material,
        )  # fmt: skip
        layer.plane = self.base + float(line[-1, 1])
        if self.label is None and not self.material.texture:
            return layer
        along = self._height(radius, height, out_y, cosine, row, view)
        turn = np.arcsin(sine)
        if self.material.texture:
            layer.colour = textured(self.material, turn, along, normal, radius / self.size)
        if self.label is not None:
            wide = float(line[:, 0].max()) / self.size
            paint_label(
                layer, self.label, floats(turn * wide), along, 1.0 / (view.scale * self.size)
            )
        return layer

    def _height(
        self,
        radius: Floats,
        height: Floats,
        out_y: Floats,
        cosine: Floats,
        row: Floats,
        view: View,
    ) -> Floats:
        """Heights along the wall, exact to the pixel where the wall is steep, in own units."""
        deep = self.z + radius * cosine
        opened = view.open_at(height + self.base)
        exact = (view.ground - row) / view.scale + deep * opened - self.base
        return floats(np.where(np.abs(out_y) < 0.5, exact, height) / self.size)


def _looked_up(line: Floats, ring: Floats) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Radius, height, outward normal and screen row at fractional ring numbers."""
    slope = np.gradient(line[:, :2], axis=0)
    # A running mean turns the polyline's corners into a curve and gives every rim a fine bevel.
    slope /= np.maximum(np.hypot(slope[:, 0], slope[:, 1])[:, None], 1e-6)
    padded = np.pad(slope, ((2, 2), (0, 0)), mode="edge")
    slope = np.mean([padded[i : i + len(slope)] for i in range(5)], axis=0)
    length = np.maximum(np.hypot(slope[:, 0], slope[:, 1]), 1e-6)
    table = np.stack([*line[:, :2].T, slope[:, 1] / length, -slope[:, 0] / length, line[:, 2]])
    places = np.arange((len(line) - 1) * _FINE + 1) / _FINE
    order = np.arange(len(line))
    fine = floats([np.interp(places, order, row) for row in table])
    fine[2:4] /= np.maximum(np.hypot(fine[2], fine[3]), 1e-6)
    near = (ring * _FINE + np.float32(0.5)).astype(np.int32)
    radius, height, out_r, out_y, middle = (np.take(row, near) for row in fine)
    return radius, height, out_r, out_y, middle


def _visible(
    rx: Floats, ry: Floats, mid: Floats, offset: Floats, top: int, bottom: int
) -> tuple[Floats, Floats]:
    """For each pixel the ring seen there (fractional, from the bottom) and the coverage."""
    rows = bottom - top
    sub = top + (np.arange(rows * _SUBROWS, dtype=np.float32) + 0.5) / _SUBROWS
    rise = (sub[:, None] - mid[None, ::-1]) / ry[None, ::-1]
    inside = 1.0 - rise * rise
    half = np.where(inside > 0, rx[None, ::-1] * np.sqrt(np.maximum(inside, 0)), -1.0)
    # Between two discs the wall is straight: their half-widths at the axis, joined.
    wall = np.interp(sub, mid[::-1], rx[::-1], left=-1.0, right=-1.0)
    widest = floats(np.maximum(half.max(axis=1), wall)).reshape(rows, _SUBROWS)
    away = np.abs(offset)
    alpha = np.zeros((rows, len(offset)), np.float32)
    for i in range(_SUBROWS):
        alpha += np.clip(widest[:, i, None] - away + 0.5, 0.0, 1.0)
    alpha /= _SUBROWS
    order = np.arange(len(rx), dtype=np.float64)
    seen = np.maximum.accumulate(half[_SUBROWS // 2 :: _SUBROWS], axis=1) + order * 1e-5
    ring = np.empty((rows, len(offset)), np.float32)
    at_wall = np.interp(sub[_SUBROWS // 2 :: _SUBROWS], mid[::-1], order)
    for row in range(rows):
        # Beyond the widest disc of its scanline a pixel belongs to the straight wall between two.
        ring[row] = np.interp(away, seen[row], order, right=at_wall[row])
    return floats(len(rx) - 1 - ring), alpha
