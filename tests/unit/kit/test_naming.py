"""Slugs: plain names out of any text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit.naming import slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Product Größe", "product-grosse"),
        ("  Ünïcödé -- text__2 ", "unicode-text-2"),
        ("../../etc/passwd", "etc-passwd"),
        ("day—night", "day-night"),
        ("½ Liter", "1-2-liter"),
        ("夏のキャンペーン", ""),
        ("", ""),
    ],
)
def test_text_becomes_plain(text: str, expected: str):
    assert slug(text) == expected


@given(st.text(), st.integers(1, 60))
def test_a_slug_is_plain_short_and_its_own_slug(text: str, length: int):
    made = slug(text, length)
    assert re.fullmatch(r"(?:[a-z0-9]+(?:-[a-z0-9]+)*)?", made)
    assert len(made) <= length
    assert slug(made, length) == made
