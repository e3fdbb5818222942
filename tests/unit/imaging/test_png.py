"""The fast PNG writer is lossless for every shape and small enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pixelmill.imaging.decode import decode
from pixelmill.imaging.png import encode_png
from tests.unit.imaging import samples


@settings(max_examples=60, deadline=None)
@given(
    height=st.integers(1, 40),
    width=st.integers(1, 40),
    bands=st.sampled_from([0, 3, 4]),
    seed=st.integers(0, 99),
)
def test_any_array_comes_back_exactly(height: int, width: int, bands: int, seed: int):
    shape = (height, width, bands) if bands else (height, width)
    pixels = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    assert np.array_equal(samples.opened(encode_png(pixels)), pixels)


def test_a_view_into_a_larger_picture_is_written_as_seen():
    view = samples.gradient()[5:20:2, ::-1]
    assert np.array_equal(samples.opened(encode_png(view)), view)


@pytest.mark.parametrize("name", ["coffee", "chelsea"])
def test_a_photograph_is_at_most_an_eighth_larger_than_pillows(name: str):
    pixels = decode(samples.photo(name))
    from PIL import Image

    theirs = samples.saved(Image.fromarray(pixels), "PNG")
    assert len(encode_png(pixels)) < 1.125 * len(theirs)
