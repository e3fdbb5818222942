"""Solids of flat faces with soft edges: flacons, blocks, steps, arches, books, boxes."""

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, Pixels, blurred, floats, unit
from pixelmill.imaging.sketch.layer import Layer, Material, covered, plain
from pixelmill.imaging.sketch.texture import sampled
from pixelmill.imaging.sketch.view import View

_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Face:
    """A flat polygon (n, 3) in stage units that looks along `normal`."""

    points: Floats
    normal: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Facets:
    """Faces painted in the given order (far to near), their edges rounded by `bevel` units."""

    faces: tuple[Face, ...]
    material: Material
    bevel: float = 0.02
    casts: bool = True
    top: float | None = None

    def placed(self, x: float, y: float, z: float, size: float) -> "Facets":
        """This solid scaled by `size` about the origin, then moved."""
        move = floats([x, y, z])
        faces = tuple(replace(f, points=floats(f.points * size + move)) for f in self.faces)
        top = None if self.top is None else self.top * size + y
        return replace(self, faces=faces, bevel=self.bevel * size, top=top)

    def shadows(self) -> list[Floats]:
        """Convex pieces (n, 3) whose projection along the light is the shadow."""
        return [face.points for face in self.faces] if self.casts else []

    def raster(self, view: View) -> Layer | None:
        """The visible faces as a lit-to-be patch, or None when out of the picture."""
        drawn = [(view.project(face.points), face.normal) for face in self.faces]
        soft = max(self.bevel * view.scale * 0.55, 0.7)
        pad = int(soft * 3) + 2
        corners = np.concatenate([points for points, _ in drawn])
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - pad, 0)
        limit = np.array([view.width, view.height])
        right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + pad, limit)
        if right <= left or bottom <= top:
            return None
        mask = np.zeros((bottom - top, right - left), np.uint8)
        normal = np.zeros((bottom - top, right - left, 3), np.float32)
        for points, facing in drawn:
            pixels = np.round((points - [left, top] - 0.5) * (1 << _SHIFT)).astype(np.int32)
            cv2.fillPoly(mask, [pixels], 255, cv2.LINE_AA, _SHIFT)
            cv2.fillPoly(normal, [pixels], facing, cv2.LINE_8, _SHIFT)
        alpha = floats(mask / np.float32(255.0))
        if self.bevel > 0:
            edge = blurred(mask, soft).astype(np.float32) / 255.0
            alpha = floats(np.clip((edge - 0.5) * soft * 2.5 + 0.5, 0.0, 1.0))
            normal = floats(blurred(normal, soft))
        seen = covered(alpha)
        facing = _bowed(floats(normal.reshape(-1, 3)[seen].T), seen, alpha.shape)
        layer = Layer(
            int(left), int(top), alpha.shape, seen, facing, alpha.ravel()[seen],
            plain(self.material.colour), self.material,
        )  # fmt: skip
        if self.material.texture:
            layer.colour = self._grained(layer, view)
        layer.plane = self.top
        return layer

    def _grained(self, layer: Layer, view: View) -> Floats:
        """The texture laid on in picture space, level faces in perspective."""
        down, right = np.divmod(layer.seen, layer.shape[1])
        u = floats(right + (layer.left - view.centre)) / view.scale
        v = floats(down + (layer.top - view.ground)) / view.scale
        along = np.where(layer.normal[1] > 0.7, v / view.tilt, v) * 0.7
        across = u * 0.7 + layer.normal[0] * 0.37
        return layer.colour * sampled(self.material.texture, floats(across), floats(along))


def _bowed(normal: Floats, seen: Pixels, shape: tuple[int, int]) -> Floats:
    """Unit normals, bowed a little across the patch, as no real face is flat."""
    down, right = np.divmod(seen, shape[1])
    normal[0] += right * np.float32(0.26 / shape[1]) - np.float32(0.13)
    normal[1] += np.float32(0.10) - down * np.float32(0.20 / shape[0])
    return normal / np.maximum(np.sqrt((normal * normal).sum(axis=0)), 1e-6)


def turned(points: Floats, yaw: float) -> Floats:
    """Points rotated about the vertical axis by `yaw` radians."""
    c, s = np.cos(yaw), np.sin(yaw)
    return floats(points @ np.array([[c, 0, -s], [0, 1, 0], [s, 0, c]], np.float32))


def prism(outline: Floats, front: float, back: float, yaw: float = 0.0) -> tuple[Face, ...]:
    """An outline (n, 2) in x, y, counter-clockwise, drawn out in depth: sides, then the front."""
    sides: list[tuple[float, Face]] = []
    count = len(outline)
    for i in range(count):
        a, b = outline[i], outline[(i + 1) % count]
        quad = turned(
            floats([[*a, front], [*b, front], [*b, back], [*a, back]]),
            yaw,
        )
        out = turned(unit(floats([b[1] - a[1], a[0] - b[0], 0.0])), yaw)
        if float(out[2] + 0.25 * out[1]) > 0.0 or out[1] > 0.2:
            sides.append((float(out[1] + quad[:, 2].mean()), Face(quad, _triple(out))))
    ahead = turned(floats([0.0, 0.0, 1.0]), yaw)
    face = turned(floats(np.column_stack([outline, np.full(count, front)])), yaw)
    ordered = [side for _, side in sorted(sides, key=lambda pair: pair[0])]
    return (*ordered, Face(face, _triple(ahead)))


def block(
    size: tuple[float, float, float], at: tuple[float, float, float] = (0, 0, 0), yaw: float = 0.0
) -> tuple[Face, ...]:
    """A box `size` (width, height, depth) standing at `at`, its foot centred there."""
    wide, tall, deep = size
    outline = floats([[-wide / 2, 0], [wide / 2, 0], [wide / 2, tall], [-wide / 2, tall]])
    faces = prism(outline, deep / 2, -deep / 2, yaw)
    return tuple(replace(f, points=floats(f.points + floats(at))) for f in faces)


def _triple(vector: Floats) -> tuple[float, float, float]:
    x, y, z = (float(c) for c in vector)
    return (x, y, z)
