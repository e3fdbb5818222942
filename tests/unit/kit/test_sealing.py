"""Secrets at rest: opened only with the same key, for the same purpose, unchanged."""

import pytest

from pixelmill.kit.sealing import SealBroken, seal, unseal

KEY = b"k" * 32


def test_a_seal_opens_to_what_was_sealed():
    assert unseal(KEY, "endpoint:1", seal(KEY, "endpoint:1", "whsec_é")) == "whsec_é"


def test_the_same_text_never_gives_the_same_seal():
    assert seal(KEY, "p", "text") != seal(KEY, "p", "text")


def test_a_seal_hides_its_text():
    assert "whsec_secret" not in seal(KEY, "p", "whsec_secret")


@pytest.mark.parametrize(
    ("key", "purpose", "change"),
    [
        (b"other key", "p", lambda sealed: sealed),
        (KEY, "q", lambda sealed: sealed),
        (KEY, "p", lambda sealed: sealed[:-6] + "AAAAA="),
        (KEY, "p", lambda sealed: sealed[:8]),
        (KEY, "p", lambda sealed: ""),
        (KEY, "p", lambda sealed: "a1.ééé"),
    ],
)
def test_another_key_another_purpose_or_a_change_break_it(key, purpose, change):
    with pytest.raises(SealBroken):
        unseal(key, purpose, change(seal(KEY, "p", "text")))
