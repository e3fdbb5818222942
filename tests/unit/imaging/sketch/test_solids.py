"""The three kinds of solids, and every subject standing on its own foot."""

import numpy as np
import pytest

from pixelmill.imaging.sketch.arrays import floats
from pixelmill.imaging.sketch.facets import Facets, block
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Layer, Material
from pixelmill.imaging.sketch.light import Light
from pixelmill.imaging.sketch.palette import from_oklch, linear, oklch
from pixelmill.imaging.sketch.puff import Puff
from pixelmill.imaging.sketch.shadow import Solid, cast
from pixelmill.imaging.sketch.subjects import SUBJECTS, Look
from pixelmill.imaging.sketch.subjects.curves import oval
from pixelmill.imaging.sketch.view import View

VIEW = View(200, 200, 100.0, 100.0, 150.0, 0.25, 0.1)
CLAY = Material((0.5, 0.3, 0.2))
LIGHT = Light((-0.6, 0.6, 0.5), 1.0, (1, 1, 1), 0.4, (1, 1, 1), (0.5, 0.5, 0.5), 0.3)
CYLINDER = Lathe([(0.3, 0.0), (0.3, 0.8), (0.0, 0.8)], CLAY)
BLOCK = Facets(block((0.6, 0.8, 0.3)), CLAY)
PILLOW = Puff((oval(0.0, 0.4, 0.3, 0.4),), CLAY)


def drawn(solid: Solid) -> Layer:
    layer = solid.raster(VIEW)
    assert layer is not None
    return layer


@pytest.mark.parametrize("solid", [CYLINDER, BLOCK, PILLOW])
def test_normals_are_unit_and_most_pixels_are_whole(solid: Solid) -> None:
    layer = drawn(solid)
    lengths = np.sqrt((layer.normal**2).sum(axis=0))
    assert np.allclose(lengths, 1.0, atol=1e-3)
    assert 0.9 < float(np.median(layer.alpha)) <= 1.0


def test_a_cylinder_is_as_wide_as_its_radius_says() -> None:
    layer = drawn(CYLINDER)
    cover = np.zeros(layer.shape, np.float32)
    cover.ravel()[layer.seen] = layer.alpha
    assert float(cover[layer.shape[0] // 2].sum()) == pytest.approx(60.0, abs=0.6)


def test_a_cylinder_turns_from_left_to_right() -> None:
    layer = drawn(CYLINDER)
    down, right = np.divmod(layer.seen, layer.shape[1])
    row = down == layer.shape[0] // 2
    across = layer.normal[0][row][np.argsort(right[row])]
    assert across[0] < -0.8 < 0.8 < across[-1]
    assert np.all(np.diff(across) > -1e-3)


@pytest.mark.parametrize("solid", [CYLINDER, BLOCK, PILLOW])
def test_what_is_out_of_the_picture_draws_nothing(solid: Solid) -> None:
    assert solid.placed(50.0, 0.0, 0.0, 1.0).raster(VIEW) is None


def test_a_shadow_falls_away_from_the_light() -> None:
    blocked = cast(CYLINDER.shadows(), 0.0, VIEW, LIGHT)
    left, right = blocked[:, :60].sum(), blocked[:, 140:].sum()
    assert right > 5 * left


def test_nothing_below_a_plane_shades_it() -> None:
    assert float(cast(CYLINDER.shadows(), 0.8, VIEW, LIGHT).max()) < 1e-3


@pytest.mark.parametrize("name", sorted(SUBJECTS))
def test_every_subject_stands_on_the_floor_at_a_sane_size(name: str) -> None:
    for seed in range(3):
        rng = np.random.default_rng(seed)
        look = Look(
            linear("#c46030"), linear("#332211"), linear("#f0efe8"), linear("#665544"), True, rng
        )
        solids = SUBJECTS[name].make(look)
        points = np.concatenate([p for solid in solids for p in solid.shadows()])
        assert -0.03 <= float(points[:, 1].min()) < 0.12
        assert 0.2 < float(points[:, 1].max()) < 1.6
        assert float(np.abs(points[:, 0]).max()) < 0.9


def test_oklch_and_back_is_the_same_colour() -> None:
    for colour in ("#e07b16", "#1f4f31", "#75409a", "#f3f2ef"):
        there = linear(colour)
        assert np.allclose(from_oklch(*oklch(there)), there, atol=2e-3)


def test_moving_and_scaling_keeps_the_foot_in_place() -> None:
    moved = CYLINDER.placed(0.2, 0.1, 0.0, 0.5)
    points = floats(np.concatenate(moved.shadows()))
    assert float(points[:, 1].min()) == pytest.approx(0.1, abs=1e-4)
    assert float(points[:, 1].max()) == pytest.approx(0.5, abs=1e-4)
