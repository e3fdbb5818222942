"""A refusal carries a code and a sentence, also home from another process."""

from __future__ import annotations

import pickle

import pytest

from pixelmill.imaging.limits import DecodeLimits, ImageRefused, check_output_size


def test_a_refusal_survives_pickling():
    refusal = pickle.loads(pickle.dumps(ImageRefused("image_truncated", "It ends early.")))
    assert (refusal.code, str(refusal)) == ("image_truncated", "It ends early.")


@pytest.mark.parametrize(
    ("check", "code", "word"),
    [
        (lambda limits: limits.check_bytes(0), "not_an_image", "0 bytes"),
        (lambda limits: limits.check_bytes(101), "image_too_large", "101"),
        (lambda limits: limits.check_size(0, 5), "not_an_image", "0 x 5"),
        (lambda limits: limits.check_size(51, 1), "image_too_large", "51"),
        (lambda limits: limits.check_size(40, 40), "image_too_large", "1,600"),
        (lambda limits: limits.check_frames(3), "too_many_frames", "2 frames"),
    ],
)
def test_each_limit_names_what_was_found(check, code: str, word: str):
    limits = DecodeLimits(max_bytes=100, max_pixels=1_000, max_side=50, max_frames=2)
    with pytest.raises(ImageRefused) as refused:
        check(limits)
    assert refused.value.code == code
    assert word in str(refused.value)


def test_what_is_at_the_limit_passes():
    limits = DecodeLimits(max_bytes=100, max_pixels=1_000, max_side=50, max_frames=2)
    limits.check_bytes(100)
    limits.check_size(20, 50)
    limits.check_frames(2)


def test_an_output_must_be_acceptable_as_an_input():
    with pytest.raises(ImageRefused, match="16,385"):
        check_output_size(16_385, 10)
    with pytest.raises(ValueError, match="no pixels"):
        check_output_size(0, 10)
