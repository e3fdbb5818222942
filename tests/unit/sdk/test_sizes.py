"""Sizes mean the same to every provider."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.sdk.fields import Size
from pixelmill.sdk.sizes import PRESETS, nearest_ratio, pixels_of, ratio_of

RATIOS = ("1:1", "16:9", "9:16", "4:3", "3:4")


def test_a_size_is_taken_as_given() -> None:
    assert pixels_of(Size(width=333, height=777), "1:1") == (333, 777)


def test_a_preset_wins_over_the_aspect_ratio() -> None:
    assert pixels_of("landscape_4_3", "9:16") == (1024, 768)


def test_a_ratio_gives_about_a_megapixel_in_steps_of_sixteen() -> None:
    assert pixels_of(None, "16:9") == (1360, 768)
    assert pixels_of(None, "1:1") == (1024, 1024)
    assert pixels_of(None, "auto") == pixels_of(None) == (1024, 1024)


@given(st.integers(1, 40), st.integers(1, 40))
def test_sides_are_multiples_and_close_to_the_ratio(width: int, height: int) -> None:
    x, y = pixels_of(None, f"{width}:{height}")
    assert x % 16 == y % 16 == 0
    assert x > 0
    assert y > 0


@pytest.mark.parametrize("text", ["", "x", "1", "0:1", "1:0", "-1:2", "a:b"])
def test_what_is_no_ratio_is_an_error(text: str) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        ratio_of(text)


def test_a_vendor_gets_the_nearest_ratio_it_knows() -> None:
    assert nearest_ratio(None, "4:3", RATIOS) == "4:3"
    assert nearest_ratio(None, "21:9", RATIOS) == "16:9"
    assert nearest_ratio(None, None, RATIOS) == "1:1"
    assert nearest_ratio("portrait_16_9", "1:1", RATIOS) == "9:16"
    assert nearest_ratio(Size(width=1200, height=900), None, RATIOS) == "4:3"
    assert all(nearest_ratio(name, None, RATIOS) for name in PRESETS)
