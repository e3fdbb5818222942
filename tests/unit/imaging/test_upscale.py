"""An enlargement has more pixels, the same picture, and no halo around what is cut out."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.png import encode_png
from pixelmill.imaging.upscale import upscale
from tests.unit.imaging import samples


@pytest.mark.parametrize("scale", [2, 4])
def test_the_picture_grows_and_stays_itself(scale: int):
    large = samples.opened(upscale(samples.photo("chelsea"), scale=scale)).astype(int)
    small = samples.opened(samples.photo("chelsea")).astype(int)
    assert large.shape == (small.shape[0] * scale, small.shape[1] * scale, 3)
    tiles = large.reshape(small.shape[0], scale, small.shape[1], scale, 3).mean((1, 3))
    assert np.abs(tiles - small).mean() < 3


def test_sharpening_can_be_left_out():
    soft = samples.opened(upscale(samples.photo("chelsea"), scale=2, sharpen=0)).astype(float)
    crisp = samples.opened(upscale(samples.photo("chelsea"), scale=2)).astype(float)
    steepness = [np.abs(np.diff(picture, axis=1)).mean() for picture in (soft, crisp)]
    assert steepness[1] > 1.1 * steepness[0]


def test_alpha_is_kept_and_hidden_colours_do_not_show():
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[10:30, 10:30] = (180, 90, 40, 255)
    large = samples.opened(upscale(encode_png(pixels), scale=4)).astype(int)
    assert large.shape == (160, 160, 4)
    seen = large[large[..., 3] > 64][:, :3]
    assert np.abs(seen - (180, 90, 40)).max() < 30
    assert large[5, 5, 3] == 0


def test_a_result_over_the_limits_is_refused_before_it_is_made():
    with pytest.raises(ImageRefused, match="20,000 x 4,000"):
        upscale(encode_png(np.zeros((1_000, 5_000, 3), np.uint8)), scale=4)


def test_other_scales_are_refused():
    with pytest.raises(ValueError, match="not 2 or 4"):
        upscale(samples.picture("png"), scale=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        upscale(samples.picture("png"), sharpen=2)
