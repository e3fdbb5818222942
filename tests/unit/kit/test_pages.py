"""Cursors: opaque, and garbage is refused rather than obeyed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit.pages import decode_cursor, encode_cursor


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(codec="utf-8"))))
def test_a_cursor_gives_back_its_parts(parts):
    cursor = encode_cursor(*parts)
    assert decode_cursor(cursor) == parts
    assert cursor.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_garbage_is_refused_or_a_list(text: str):
    try:
        parts = decode_cursor(text)
    except ValueError:
        return
    assert isinstance(parts, list)


@pytest.mark.parametrize("text", ["", "!", "eyJhIjoxfQ", "é", "WzE", "a" * 5])
def test_these_are_no_cursors(text: str):
    with pytest.raises(ValueError, match="no cursor"):
        decode_cursor(text)
