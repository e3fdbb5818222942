"""What stands with the subject: plinths, steps, arches, spheres, rings, blocks."""

from itertools import pairwise

import numpy as np

from pixelmill.imaging.sketch.arrays import floats
from pixelmill.imaging.sketch.facets import Face, Facets, block
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.puff import Puff


def round_plinth(radius: float, tall: float, skin: Material) -> Lathe:
    """A disc with a softened edge."""
    edge = min(0.03, tall * 0.3)
    return Lathe(
        [(radius - edge, 0.0), (radius, 0.0, edge), (radius, tall, edge), (0.0, tall)], skin
    )


def round_steps(radius: float, count: int, skin: Material) -> list[Lathe]:
    """Thin discs, each smaller than the one below."""
    discs: list[Lathe] = []
    tall = 0.085
    for i in range(count):
        r = radius * (1.0 - 0.13 * i)
        edge = 0.04
        profile = [(r - 0.03, 0.0), (r, 0.01, edge), (r, tall, edge), (r - 0.04, tall), (0.0, tall)]
        discs.append(Lathe(profile, skin, base=tall * i))
    return discs


def slab(wide: float, tall: float, deep: float, skin: Material, yaw: float = 0.0) -> Facets:
    """A low block."""
    return Facets(block((wide, tall, deep), yaw=yaw), skin, bevel=0.02, top=tall)


def sphere(radius: float, skin: Material, x: float = 0.0, z: float = 0.0) -> Lathe:
    """A ball resting on the floor."""
    arc = np.linspace(-np.pi / 2, np.pi / 2, 48)
    profile = [(float(radius * np.cos(a)), float(radius * (1.0 + np.sin(a)))) for a in arc]
    return Lathe(profile, skin, x=x, z=z)


def arch(half: float, tall: float, thick: float, deep: float, skin: Material) -> Facets:
    """A round-headed doorway, its inner face visible."""
    turn = np.linspace(0.0, np.pi, 33)
    straight = tall - half

    def path(r: float) -> np.ndarray:
        bow = np.column_stack([r * np.cos(turn), straight + r * np.sin(turn)])
        return np.concatenate([[[r, 0.0]], bow, [[-r, 0.0]]])

    outer, inner = path(half), path(half - thick)
    faces = [_wall(a, b, deep, -1.0) for a, b in pairwise(inner)]
    high = [(a, b) for a, b in pairwise(outer) if b[1] > straight - 0.01]
    faces.extend(_wall(a, b, deep, 1.0) for a, b in high)
    for i in range(len(outer) - 1):
        strip = [outer[i], outer[i + 1], inner[i + 1], inner[i]]
        points = floats([[p[0], p[1], deep / 2] for p in strip])
        faces.append(Face(points, (0.0, 0.0, 1.0)))
    return Facets(tuple(faces), skin, bevel=0.014)


def _wall(a: np.ndarray, b: np.ndarray, deep: float, out: float) -> Face:
    """One strip of the arch's thickness between two points of its outline."""
    along = b - a
    normal = np.array([along[1], -along[0]]) * out
    normal = normal / max(float(np.hypot(*normal)), 1e-6)
    front, back = deep / 2, -deep / 2
    points = floats([[*a, front], [*b, front], [*b, back], [*a, back]])
    return Face(points, (float(normal[0]), float(normal[1]), 0.05))


def ring(radius: float, thick: float, skin: Material) -> Puff:
    """A hoop standing on its rim (drawn as a tube)."""
    turn = np.linspace(0, 2 * np.pi, 65)
    path = floats(np.column_stack([radius * np.cos(turn), radius * (1 + np.sin(turn)) + thick / 2]))
    return Puff((path,), skin, stroke=thick)


def turned_block(
    wide: float, tall: float, deep: float, skin: Material, x: float, z: float, yaw: float
) -> Facets:
    """A block standing beside the subject."""
    return Facets(block((wide, tall, deep), (x, 0, z), yaw), skin, bevel=0.02, top=tall)
