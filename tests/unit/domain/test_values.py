"""Which values fit where, and how they read as text."""

from itertools import product

import pytest

from pixelmill.domain.values import ValueType, as_text, fits


@pytest.mark.parametrize(("source", "target"), list(product(ValueType, ValueType)))
def test_only_widening_is_allowed(source: ValueType, target: ValueType):
    widening = {("number", "text"), ("boolean", "text"), ("mask", "image")}
    expected = source == target or "any" in (source, target) or (source, target) in widening
    assert fits(source, target) is expected


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("as is {{x}}", "as is {{x}}"),
        (2, "2"),
        (2.0, "2"),
        (0.5, "0.5"),
        (True, "true"),
        (["a", 1], '["a",1]'),
        ({"b": 1, "a": "é"}, '{"a":"é","b":1}'),
    ],
)
def test_values_read_as_a_person_would_write_them(value, text):
    assert as_text(value) == text
