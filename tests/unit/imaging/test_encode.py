"""Every format holds the picture and nothing of where it came from."""

from __future__ import annotations

import numpy as np
import pytest

from pixelmill.imaging.convert import convert
from pixelmill.imaging.encode import encode
from pixelmill.imaging.limits import ImageRefused
from pixelmill.imaging.probe import probe
from tests.unit.imaging import samples


@pytest.mark.parametrize("output", ["png", "jpeg", "webp", "avif"])
def test_each_format_is_read_by_another_library(output: str):
    data = encode(samples.gradient(), output=output, quality=95)
    assert probe(data).media_type == f"image/{output}"
    assert np.abs(samples.opened(data).astype(int) - samples.gradient()).mean() < 5


@pytest.mark.parametrize("output", ["png", "webp", "avif"])
def test_alpha_survives_where_the_format_has_it(output: str):
    data = encode(samples.gradient(bands=4), output=output)
    alpha = samples.opened(data)[..., 3]
    assert alpha[10, 5] < 20
    assert alpha[10, 60] > 235


def test_jpeg_shows_the_background_through_clear_pixels():
    data = encode(samples.gradient(bands=4), output="jpeg", background="#00ff00")
    assert np.abs(samples.opened(data)[24, 5].astype(int) - (0, 255, 0)).max() < 12
    clear = encode(samples.gradient(bands=4), output="jpeg", background="#00000000")
    assert samples.opened(clear)[24, 5].min() > 245


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_refused(quality: int):
    with pytest.raises(ValueError, match=str(quality)):
        encode(samples.gradient(), output="jpeg", quality=quality)


def test_webp_says_that_it_cannot_hold_so_long_a_side():
    with pytest.raises(ImageRefused, match="16,383"):
        encode(np.zeros((1, 16_384, 3), np.uint8), output="webp")


@pytest.mark.parametrize("output", ["png", "jpeg", "webp", "avif"])
def test_no_metadata_survives(output: str):
    source = samples.turned_jpeg(6)
    assert b"SECRET-DESCRIPTION" in source
    result = convert(source, format=output)
    for mark in (b"SECRET", b"Exif", b"eXIf", b"EXIF", b"ICC", b"http://ns.adobe.com"):
        assert mark not in result


def test_a_byte_limit_lowers_the_quality_just_enough():
    free = convert(samples.photo(), format="jpeg")
    tight = convert(samples.photo(), format="jpeg", max_bytes=30_000)
    assert len(tight) <= 30_000 < len(free)
    assert len(tight) > 25_000
    assert convert(samples.photo(), format="jpeg", max_bytes=len(free)) == free


@pytest.mark.parametrize("output", ["png", "jpeg"])
def test_a_byte_limit_out_of_reach_is_refused_with_the_size_found(output: str):
    with pytest.raises(ImageRefused, match="limit asked for is 900") as refused:
        convert(samples.photo(), format=output, max_bytes=900)
    assert refused.value.code == "image_too_large"
