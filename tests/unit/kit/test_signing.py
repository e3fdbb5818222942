"""Signatures that cannot be shifted or guessed, and keys that know a typing error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.kit.signing import key_hash, key_shape_ok, new_key, sign, verify

SECRET = b"a secret"
PARTS = st.lists(st.text(), max_size=4)


@given(PARTS, PARTS)
def test_a_signature_holds_for_its_parts_and_no_others(parts, others):
    signature = sign(SECRET, *parts)
    assert verify(SECRET, signature, *parts)
    assert verify(SECRET, signature, *others) is (parts == others)
    assert not verify(b"another", signature, *parts)


def test_a_signature_fits_into_a_url():
    signature = sign(SECRET, "ast_1", "1795340520")
    assert len(signature) == 43
    assert signature.replace("-", "").replace("_", "").isalnum()


@given(st.text())
def test_garbage_is_no_signature(signature: str):
    assert not verify(SECRET, signature, "x")


def test_the_border_between_parts_counts():
    assert sign(SECRET, "ab", "c") != sign(SECRET, "a", "bc") != sign(SECRET, "abc")


def test_keys_are_long_random_and_well_formed():
    keys = {new_key() for _ in range(200)}
    assert len(keys) == 200
    assert all(key_shape_ok(key) and key.startswith("sk-") and len(key) == 37 for key in keys)


def test_a_changed_character_is_noticed():
    key = new_key()
    for place in range(3, len(key)):
        other = "a" if key[place] != "a" else "b"
        assert not key_shape_ok(key[:place] + other + key[place + 1 :])


@pytest.mark.parametrize("text", ["", "sk-", "sk-é" + "a" * 33, "pk-" + "a" * 34, "sk-" + "a" * 35])
def test_other_texts_are_no_keys(text: str):
    assert not key_shape_ok(text)


def test_a_key_is_stored_as_its_hash():
    assert key_hash("sk-x") == "9df37f5e7cbc3c391d872742b5f286c242e733a09add9eeaa4d26a599bd90b20"
    assert len(key_hash("\ud800")) == 64
