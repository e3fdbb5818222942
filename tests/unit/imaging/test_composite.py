"""A cutout lies where it was put, on what it was put on."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.backdrops import gradient_backdrop
from pixelmill.imaging.colors import Color
from pixelmill.imaging.composite import composite, trim_clear
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.png import encode_png
from tests.unit.imaging import samples


def cutout() -> bytes:
    """A blue square of 40 pixels in the corner of a clear 200 x 100."""
    pixels = np.zeros((100, 200, 4), np.uint8)
    pixels[50:90, 20:60] = (0, 0, 255, 255)
    return encode_png(pixels)


def where_blue(picture: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero((picture[..., 2] > 200) & (picture[..., 0] < 60))
    return columns.min(), rows.min(), columns.max() + 1, rows.max() + 1


def test_the_cutout_is_trimmed_fitted_and_centred():
    made = samples.opened(
        composite(cutout(), background_color="#ffffff", width=200, height=200, scale=0.5)
    )
    left, top, right, bottom = where_blue(made)
    assert max(abs(left - 50), abs(top - 50), abs(right - 150), abs(bottom - 150)) <= 1


def test_without_trimming_the_clear_margins_count():
    made = samples.opened(
        composite(cutout(), background_color="#fff", width=200, height=100, scale=1, trim=False)
    )
    assert where_blue(made) == (20, 50, 60, 90)


def test_a_position_keeps_its_margin():
    made = samples.opened(
        composite(
            cutout(),
            background_color="#fff",
            width=200,
            height=200,
            scale=0.25,
            position="south_east",
            margin=0.1,
            shadow=False,
        )
    )
    assert where_blue(made) == (130, 130, 180, 180)


def test_a_picture_covers_the_sheet():
    made = samples.opened(
        composite(cutout(), samples.picture("png"), width=90, height=90, scale=0.3, shadow=False)
    )
    assert made.shape == (90, 90, 3)
    assert made[0, 89, 0] > made[0, 0, 0] + 100


def test_without_a_background_the_sheet_stays_clear_and_takes_the_size_of_the_cutout():
    made = samples.opened(composite(cutout(), scale=0.5, shadow=False))
    assert made.shape == (100, 200, 4)
    assert made[0, 0, 3] == 0


@pytest.mark.parametrize("style", ["contact", "drop"])
def test_a_shadow_darkens_the_ground_and_only_the_ground(style: str):
    options = {"background_color": "#ffffff", "width": 200, "height": 200, "scale": 0.5}
    lit = samples.opened(composite(cutout(), shadow=False, **options)).astype(int)
    shaded = samples.opened(composite(cutout(), shadow_style=style, **options)).astype(int)
    darker = lit - shaded
    assert darker.min() >= 0
    assert darker[151:165, 60:140].max() > 40
    assert darker[60:140, 60:140].max() == 0
    assert darker[:20].max() <= 3


def test_a_shadow_on_clear_ground_is_a_soft_black():
    made = samples.opened(composite(cutout(), width=200, height=200, scale=0.5))
    below = made[153, 100]
    assert 20 < below[3] < 250
    assert below[:3].max() <= 2


def test_a_gradient_runs_along_its_angle_without_steps():
    down = gradient_backdrop(64, 256, Color(0, 0, 0), Color(60, 60, 60), 180.0)[..., 0].astype(int)
    assert down[0].max() <= 1
    assert down[-8:].mean() > 55
    assert np.abs(np.diff(down.mean(axis=1))).max() < 1.0
    across = gradient_backdrop(256, 16, Color(0, 0, 0), Color(200, 0, 0), 90.0)[..., 0].astype(int)
    assert across[:, -8:].mean() > 190
    assert across[:, :8].mean() < 10


def test_two_colours_make_a_gradient_sheet():
    made = samples.opened(
        composite(
            cutout(),
            background_color="#ff0000",
            gradient_to="#00ff00",
            width=80,
            height=80,
            scale=0.2,
            output="jpeg",
        )
    )
    assert made[1, 1, 0] > 220
    assert made[78, 1, 1] > 220


def test_a_cutout_of_nothing_leaves_the_sheet_as_it_is():
    clear = encode_png(np.zeros((20, 20, 4), np.uint8))
    made = samples.opened(composite(clear, background_color="#102030"))
    assert np.array_equal(made, np.full((20, 20, 3), (0x10, 0x20, 0x30)))
    assert trim_clear(np.zeros((5, 5, 4), np.uint8)).shape == (5, 5, 4)


@pytest.mark.parametrize(
    "wrong", [{"scale": 0}, {"scale": 1.5}, {"margin": 0.5}, {"shadow_strength": 2}, {"width": 0}]
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, float]):
    with pytest.raises(ValueError):
        composite(cutout(), **wrong)
    with pytest.raises(ImageRefused):
        composite(cutout(), width=20_000)
