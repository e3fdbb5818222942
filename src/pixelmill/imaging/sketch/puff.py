"""Pillowed cut-outs and tubes: leaves, handles, shoes, animals, anything drawn by its outline."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from pixelmill.imaging.sketch.arrays import Floats, blurred, floats, unit
from pixelmill.imaging.sketch.layer import Layer, Material, covered, plain
from pixelmill.imaging.sketch.texture import sampled
from pixelmill.imaging.sketch.view import View

_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Puff:
    """Outlines (n, 2) in x, y standing upright at depth `z`, swollen over `swell` units.

    With `stroke` the outlines are paths of that thickness instead: round tubes.
    """

    outlines: tuple[Floats, ...]
    material: Material
    swell: float = 0.08
    z: float = 0.0
    stroke: float = 0.0
    casts: bool = True

    def placed(self, x: float, y: float, z: float, size: float) -> "Puff":
        """This solid scaled by `size` about the origin, then moved."""
        move = floats([x, y])
        return replace(
            self,
            outlines=tuple(floats(o * size + move) for o in self.outlines),
            swell=self.swell * size,
            stroke=self.stroke * size,
            z=self.z * size + z,
        )

    def shadows(self) -> list[Floats]:
        """Pieces (n, 3) whose projection along the light is the shadow."""
        if not self.casts:
            return []
        pieces: list[Floats] = []
        for outline in self.outlines:
            deep = np.full((len(outline), 1), self.z, np.float32)
            points = floats(np.hstack([outline, deep]))
            if not self.stroke:
                pieces.append(points)
                continue
            across = floats([self.stroke / 2, self.stroke / 2, 0])
            for i in range(len(points) - 1):
                a, b = points[i], points[i + 1]
                pieces.append(floats([a - across, a + across, b + across, b - across]))
        return pieces

    def raster(self, view: View) -> Layer | None:
        """The swollen shape as a lit-to-be patch, or None when out of the picture."""
        deep = self.z
        drawn = [
            view.project(floats(np.column_stack([o, np.full(len(o), deep)]))) for o in self.outlines
        ]
        thick = self.stroke * view.scale
        corners = np.concatenate(drawn)
        pad = int(thick / 2) + 3
        left, top = np.maximum(np.floor(corners.min(axis=0)).astype(int) - pad, 0)
        limit = np.array([view.width, view.height])
        right, bottom = np.minimum(np.ceil(corners.max(axis=0)).astype(int) + pad, limit)
        if right <= left or bottom <= top:
            return None
        origin = np.array([left, top])
        shape = (int(bottom - top), int(right - left))
        if thick:
            normal, alpha = _tube(drawn, thick, origin, shape)
        else:
            mask = _mask(drawn, origin, shape)
            alpha = floats(mask / np.float32(255.0))
            normal = _swollen(mask, max(self.swell * view.scale, 1.5))
        seen = covered(alpha)
        layer = Layer(
            int(left), int(top), shape, seen, unit(normal.reshape(-1, 3)[seen]).T.copy(),
            alpha.ravel()[seen], plain(self.material.colour), self.material,
        )  # fmt: skip
        if self.material.texture:
            down, right = np.divmod(seen, shape[1])
            tone = sampled(
                self.material.texture, floats(right) / view.scale, floats(down) / view.scale
            )
            layer.colour = layer.colour * tone
        return layer


def _mask(drawn: Sequence[Floats], origin: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    mask = np.zeros(shape, np.uint8)
    for points in drawn:
        pixels = np.round((points - origin - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.fillPoly(mask, [pixels], 255, cv2.LINE_AA, _SHIFT)
    return mask


def _tube(
    drawn: Sequence[Floats], thick: float, origin: np.ndarray, shape: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Normals and coverage of a round tube, from the distance to its axis (found at twice size)."""
    axis = np.full((shape[0] * 2, shape[1] * 2), 255, np.uint8)
    for points in drawn:
        pixels = np.round(((points - origin) * 2 - 0.5) * (1 << _SHIFT)).astype(np.int32)
        cv2.polylines(axis, [pixels], False, 0, 1, cv2.LINE_8, _SHIFT)
    away = cv2.distanceTransform(axis, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    away = blurred(away, 1.6)
    away = cv2.resize(away, (shape[1], shape[0]), interpolation=cv2.INTER_AREA) / 2
    half = thick / 2
    alpha = floats(np.clip(half - away + 0.5, 0.0, 1.0))
    height = np.sqrt(np.maximum(half * half - away * away, 0.0))
    dx = cv2.Sobel(away, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(away, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    slope = np.minimum(away / half, 1.0)
    length = np.maximum(np.hypot(dx, dy), 1e-3)
    normal = np.stack([dx / length * slope, -dy / length * slope, height / half + 0.02], axis=-1)
    return floats(normal), alpha


def _swollen(mask: np.ndarray, reach: float) -> Floats:
    """Normals of a pillow that rises as a quarter circle over `reach` pixels."""
    inside = cv2.distanceTransform((mask > 127).astype(np.uint8), cv2.DIST_L2, 5)
    part = np.clip(inside / reach, 0.0, 1.0)
    height = np.sqrt(np.clip(1.0 - (1.0 - part) ** 2, 0.0, 1.0)).astype(np.float32) * reach
    height = blurred(height, max(reach * 0.16, 0.8))
    dx = cv2.Sobel(height, cv2.CV_32F, 1, 0, ksize=3, scale=1 / 8)
    dy = cv2.Sobel(height, cv2.CV_32F, 0, 1, ksize=3, scale=1 / 8)
    return floats(np.stack([-dx, dy, np.ones_like(dx)], axis=-1))
