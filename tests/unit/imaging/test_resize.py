"""The box is met exactly, and transparency does not bleed."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.resize import resize
from tests.unit.imaging import samples


def size(data: bytes) -> tuple[int, int]:
    height, width = samples.opened(data).shape[:2]
    return width, height


@pytest.mark.parametrize(
    ("width", "height", "fit", "expected"),
    [
        (32, None, "cover", (32, 24)),
        (None, 24, "inside", (32, 24)),
        (30, 30, "cover", (30, 30)),
        (30, 30, "contain", (30, 30)),
        (30, 30, "fill", (30, 30)),
        (30, 30, "inside", (30, 22)),
        (128, 200, "inside", (128, 96)),
        (200, 10, "fill", (200, 10)),
        (1, None, "cover", (1, 1)),
        (64, 48, "cover", (64, 48)),
    ],
)
def test_the_result_has_the_size_asked_for(
    width: int | None, height: int | None, fit: str, expected: tuple[int, int]
):
    data = resize(samples.picture("png"), width=width, height=height, fit=fit)
    assert size(data) == expected


def test_cover_keeps_the_middle_and_fill_keeps_the_edges():
    source = samples.picture("png")
    cover = samples.opened(resize(source, width=48, height=48, fit="cover"))
    fill = samples.opened(resize(source, width=48, height=48, fit="fill"))
    assert cover[0, 0, 0] > 25
    assert fill[0, 0, 0] < 10


def test_contain_pads_with_the_background():
    source = samples.picture("png")
    clear = samples.opened(resize(source, width=64, height=64, fit="contain"))
    assert clear.shape == (64, 64, 4)
    assert (clear[0, 0, 3], clear[32, 32, 3]) == (0, 255)
    red = resize(source, width=64, height=64, fit="contain", background="#f00")
    assert samples.opened(red)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("side", [16, 31, 90])
def test_the_colour_of_clear_pixels_does_not_bleed(side: int):
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[:] = (255, 0, 255, 0)
    pixels[15:45, 15:45] = (0, 200, 0, 255)
    from pixelmill.imaging.png import encode_png

    out = samples.opened(resize(encode_png(pixels), width=side, height=side)).astype(int)
    seen = out[out[..., 3] > 24]
    assert seen[:, 0].max() < 14
    assert seen[:, 2].max() < 14


@pytest.mark.parametrize("side", [300, 900])
def test_a_photograph_is_as_pillow_would_resize_it(side: int):
    from PIL import Image

    ours = samples.opened(resize(samples.photo(), width=side, height=side, fit="fill"))
    image = Image.fromarray(samples.opened(samples.photo()))
    theirs = np.asarray(image.resize((side, side), Image.Resampling.LANCZOS))
    assert np.abs(ours.astype(int) - theirs).mean() < 1.5


@pytest.mark.parametrize("output", ["png", "jpeg", "webp", "avif"])
def test_each_output_format_is_written(output: str):
    data = resize(samples.picture("png", bands=4), width=20, height=20, output=output)
    assert size(data) == (20, 20)


def test_a_box_without_pixels_or_beyond_the_limits_is_refused():
    source = samples.picture("png")
    with pytest.raises(ValueError, match="width, a height"):
        resize(source, width=None, height=None)
    with pytest.raises(ValueError, match="no pixels"):
        resize(source, width=0, height=10)
    with pytest.raises(ImageRefused, match="20,000"):
        resize(source, width=20_000, height=10)
    with pytest.raises(ImageRefused, match="10,000 x 10,000"):
        resize(source, width=10_000, height=10_000, fit="contain")


def test_bytes_that_are_no_image_are_refused():
    with pytest.raises(ImageRefused):
        resize(b"no image", width=10, height=10)
