"""The fake's pictures are real PNGs, told apart by words and seed."""

import io

import pytest
from PIL import Image

from pixelmill.fakevendor.pictures import bomb, colour_of, draw, garbage


@pytest.mark.parametrize("size", [(1, 1), (7, 5), (64, 64), (1024, 768)])
def test_a_picture_decodes_at_its_size(size: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(draw("c0ffee", *size)), formats=("PNG",)) as image:
        image.load()
        assert image.size == size


def test_the_colour_is_in_the_middle_and_the_ground_in_the_corner() -> None:
    with Image.open(io.BytesIO(draw("c0ffee", 64, 48)), formats=("PNG",)) as image:
        pixels = image.convert("RGB")
        assert pixels.getpixel((32, 24)) == (0xC0, 0xFF, 0xEE)
        assert pixels.getpixel((0, 0)) == (244, 243, 240)


def test_words_and_seed_decide_the_colour() -> None:
    assert colour_of("fox", 1) == colour_of("fox", 1)
    assert len({colour_of("fox", 1), colour_of("fox", 2), colour_of("owl", 1)}) == 3


def test_the_bomb_is_small_and_promises_much() -> None:
    assert len(bomb()) < 200
    with pytest.raises(Image.DecompressionBombError):
        Image.open(io.BytesIO(bomb()), formats=("PNG",))


def test_garbage_is_no_picture() -> None:
    with pytest.raises(Image.UnidentifiedImageError):
        Image.open(io.BytesIO(garbage()), formats=("PNG",))
