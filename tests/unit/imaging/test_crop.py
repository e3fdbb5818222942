"""A crop keeps exactly what was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.crop import crop, crop_to_ratio, parse_ratio
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.png import encode_png
from tests.unit.imaging import samples


def test_a_rectangle_is_kept_to_the_pixel():
    cut = samples.opened(crop(samples.picture("png"), x=10, y=5, width=20, height=30))
    assert np.array_equal(cut, samples.gradient()[5:35, 10:30])


@pytest.mark.parametrize(
    ("x", "y", "width", "height"), [(-1, 0, 5, 5), (60, 0, 5, 5), (0, 40, 5, 9), (0, 0, 0, 5)]
)
def test_a_rectangle_beyond_the_image_is_refused_with_both_sizes(
    x: int, y: int, width: int, height: int
):
    with pytest.raises(ValueError, match="64 x 48"):
        crop(samples.picture("png"), x=x, y=y, width=width, height=height)


@pytest.mark.parametrize(
    ("gravity", "corner"),
    [
        ("center", (8, 0)),
        ("west", (0, 0)),
        ("east", (16, 0)),
        ("north_east", (16, 0)),
        ("south_west", (0, 0)),
    ],
)
def test_gravity_says_which_part_is_kept(gravity: str, corner: tuple[int, int]):
    cut = samples.opened(crop_to_ratio(samples.picture("png"), ratio="1:1", gravity=gravity))
    left, top = corner
    assert np.array_equal(cut, samples.gradient()[top : top + 48, left : left + 48])


def test_attention_finds_what_stands_out():
    pixels = np.full((60, 240, 3), 128, np.uint8)
    pixels[15:45, 190:220] = (255, 40, 20)
    kept = samples.opened(crop_to_ratio(encode_png(pixels), ratio="1:1", gravity="attention"))
    assert kept.shape == (60, 60, 3)
    assert (kept[..., 0] > 200).sum() > 600


@pytest.mark.parametrize(("text", "ratio"), [("16:9", 16 / 9), ("4/5", 0.8), ("1.5", 1.5)])
def test_a_ratio_is_read(text: str, ratio: float):
    assert parse_ratio(text) == pytest.approx(ratio)


@pytest.mark.parametrize("text", ["", "0:1", "1:0", "-1", "wide", "nan", "1000:1", "1:2:3"])
def test_what_is_no_ratio_is_refused(text: str):
    with pytest.raises(ValueError, match="aspect ratio"):
        parse_ratio(text)


def test_a_crop_is_in_pixels_as_shown():
    cut = samples.opened(crop(samples.turned_jpeg(6), x=0, y=0, width=48, height=64))
    assert cut.shape == (64, 48, 3)
    with pytest.raises(ImageRefused):
        crop(b"", x=0, y=0, width=1, height=1)
