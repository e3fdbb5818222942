"""Small stand-ins keep the ratio, the alpha and the colours."""

from __future__ import annotations

import numpy as np
import pytest
import thumbhash as reference

from pixelmill.imaging.decode import decode
from pixelmill.imaging.pixels import with_alpha
from pixelmill.imaging.probe import probe
from pixelmill.imaging.scale import scale
from pixelmill.imaging.thumbhash import thumbhash
from pixelmill.imaging.thumbnail import placeholder, thumbnail
from tests.unit.imaging import samples


def test_a_thumbnail_is_a_small_webp_of_the_whole_image():
    facts = probe(thumbnail(samples.photo(), side=240))
    assert (facts.media_type, facts.width, facts.height) == ("image/webp", 240, 160)


def test_a_thumbnail_never_enlarges():
    assert probe(thumbnail(samples.picture("png"), side=500)).width == 64


def test_a_thumbnail_keeps_alpha():
    assert probe(thumbnail(samples.picture("png", bands=4), side=32)).has_alpha


def test_a_thumbnail_without_a_side_is_refused():
    with pytest.raises(ValueError, match="0 pixels"):
        thumbnail(samples.picture("png"), side=0)


@pytest.mark.parametrize("size", [(60, 40), (40, 60), (64, 64), (1, 1), (100, 3)])
def test_the_hash_is_the_references(size: tuple[int, int]):
    opaque = with_alpha(scale(decode(samples.photo()), *size))
    expected = reference.rgba_to_thumb_hash(*size, list(opaque.tobytes()))
    assert thumbhash(opaque) == bytes(expected)


def test_the_hash_of_a_cutout_tells_its_average_colour():
    pixels = np.zeros((50, 50, 4), np.uint8)
    pixels[10:40, 10:40] = (200, 40, 40, 255)
    red, green, blue, alpha = reference.thumb_hash_to_average_rgba(list(thumbhash(pixels)))
    assert abs(red - 200 / 255) < 0.08
    assert abs(green - 40 / 255) < 0.08
    assert abs(blue - 40 / 255) < 0.08
    assert 0.2 < alpha < 0.6


def test_too_many_pixels_for_a_hash_are_refused():
    with pytest.raises(ValueError, match="100 x 100"):
        thumbhash(np.zeros((1, 101, 4), np.uint8))


def test_a_placeholder_takes_about_25_bytes():
    assert 20 <= len(placeholder(samples.photo("chelsea"))) <= 30
    assert placeholder(samples.picture("png", 1, 1))
