"""How prompts are read."""

import pytest

from pixelmill.imaging.sketch import subjects
from pixelmill.imaging.sketch.brief import Brief, read
from pixelmill.imaging.sketch.palette import COLOURS
from pixelmill.imaging.sketch.scenes import places
from pixelmill.imaging.sketch.vocabulary import LIGHTS, MOODS


def brief(prompt: str, negative: str = "") -> Brief:
    return read(prompt, negative, subjects.WORDS, places.WORDS)


@pytest.mark.parametrize(
    ("prompt", "subject", "colour"),
    [
        ("amber serum bottle on a round plaster plinth", "serum", "amber"),
        ("lemon parfum", "parfum", "lemon"),
        ("a lemon on slate", "lemon", None),
        ("moss balm", "cream", "moss"),
        ("terracotta stone", "stone", "terracotta"),
        ("a photo of a red sneaker on concrete", "shoe", "red"),
        ("coffee cup on walnut table", "cup", None),
        ("glass vase, teal", "vase", "teal"),
        ("forest candle", "candle", "forest"),
        ("orange chair", "chair", "orange"),
        ("dusk hand wash", "pump", "dusk"),
        ("white candle on black background", "candle", "white"),
    ],
)
def test_the_subject_and_its_colour_are_found(
    prompt: str, subject: str, colour: str | None
) -> None:
    found = brief(prompt)
    assert found.subject == subject
    if colour is not None:
        assert found.colour == colour


@pytest.mark.parametrize(
    ("prompt", "scene"),
    [
        ("mountains at sunset", "mountains"),
        ("misty forest at dawn", "forest"),
        ("neon city skyline at night", "city"),
        ("sunset over the sea", "sea"),
        ("desert dunes", "dunes"),
        ("moon over hills", "night"),
    ],
)
def test_a_place_without_a_subject_is_a_scene(prompt: str, scene: str) -> None:
    assert brief(prompt).subject is None
    assert brief(prompt).scene == scene


def test_the_setting_gives_surface_plinth_props_and_mood() -> None:
    found = brief("ink serum on a square travertine plinth under an arch, golden hour")
    assert (found.surface, found.plinth, found.mood) == ("travertine", "square", "golden")
    assert found.props == {"arch"}


def test_a_colour_before_background_is_the_backdrop_and_not_the_product() -> None:
    found = brief("serum bottle, plum background, sage")
    assert (found.backdrop, found.colour) == ("plum", "sage")


def test_white_and_plain_backgrounds_are_plain() -> None:
    assert brief("serum on white background").plain
    assert brief("serum, plain background").plain
    assert not brief("serum on plaster").plain


def test_unknown_words_leave_everything_open() -> None:
    found = brief("gibberish xqzt")
    assert (found.subject, found.scene, found.colour, found.surface) == (None, None, None, None)


def test_the_negative_prompt_removes_words() -> None:
    assert brief("amber serum with an arch", "arch").props == frozenset()


def test_prompts_that_differ_only_in_case_of_unread_text_still_differ() -> None:
    assert brief("serum a").digest != brief("serum A").digest


def test_every_mood_has_its_light_and_every_colour_parses() -> None:
    assert set(MOODS.values()) <= set(LIGHTS)
    assert all(len(c) == 7 and int(c[1:], 16) >= 0 for c in COLOURS.values())
