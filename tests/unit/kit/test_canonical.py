"""One spelling for each JSON value."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit.canonical import canonical, digest, has_non_finite, sha256_hex

INT64 = st.integers(-(2**63), 2**64 - 1)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
WORDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=8)


def nested(leaves):
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=4),
        max_leaves=10,
    )


@given(nested(st.none() | st.booleans() | INT64 | FINITE | WORDS))
def test_a_value_reads_back_as_itself(value):
    assert json.loads(canonical(value)) == value


@given(st.dictionaries(WORDS, st.integers(0, 9), max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_keys_does_not_matter(value, random):
    keys = list(value)
    random.shuffle(keys)
    assert digest({key: value[key] for key in keys}) == digest(value)


@given(nested(st.none() | st.floats() | WORDS))
def test_numbers_that_json_cannot_say_are_always_refused(value):
    if has_non_finite(value):
        with pytest.raises(ValueError, match="NaN and infinity"):
            canonical(value)
    else:
        canonical(value)


@pytest.mark.parametrize(
    "value", [math.nan, {"a": [1, -math.inf]}, 2**64, "\ud800", {1: 2}, {1, 2}, b"x", object()]
)
def test_what_is_no_json_is_refused(value):
    with pytest.raises(ValueError, match="Not a JSON value"):
        canonical(value)


def test_nesting_without_end_is_refused():
    deep: list = []
    for _ in range(300):
        deep = [deep]
    with pytest.raises(ValueError, match="Not a JSON value"):
        canonical(deep)


def test_the_spelling_is_compact_utf8():
    assert canonical({"b": None, "a": ("é", 1.0)}) == '{"a":["é",1.0],"b":null}'.encode()


def test_these_digests_never_change():
    assert sha256_hex(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest({}) == sha256_hex(b"{}")
