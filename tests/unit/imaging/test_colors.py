"""Colours are read as people write them."""

from __future__ import annotations

import pytest

from pixelmill.imaging.colors import Color, parse_color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("#fff", (255, 255, 255, 255)),
        ("#1234", (0x11, 0x22, 0x33, 0x44)),
        ("F5B83D", (0xF5, 0xB8, 0x3D, 255)),
        ("#f5b83d80", (0xF5, 0xB8, 0x3D, 0x80)),
        (" White ", (255, 255, 255, 255)),
        ("transparent", (0, 0, 0, 0)),
    ],
)
def test_a_colour_is_read(text: str, color: tuple[int, int, int, int]):
    assert parse_color(text) == color


@pytest.mark.parametrize(
    "text", ["", "#", "#12", "#12345", "#ggg", "reddish", "rgb(1,2,3)", "#\u0661\u0661\u0661"]
)
def test_what_is_no_colour_is_refused(text: str):
    with pytest.raises(ValueError, match="is not a colour"):
        parse_color(text)


def test_a_clear_colour_lies_on_white_paper():
    assert Color(0, 0, 0, 0).over_white() == (255, 255, 255)
    assert Color(0, 0, 0, 128).over_white() == (127, 127, 127)
    assert Color(9, 8, 7).over_white() == (9, 8, 7)
