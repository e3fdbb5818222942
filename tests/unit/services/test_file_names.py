"""Names of result files follow a template and are safe wherever they land."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.services.file_names import (
    DEFAULT_TEMPLATE,
    BadTemplate,
    distinct,
    folded,
    parse_template,
    safe_name,
)

VALUES = {"index": 7, "slug": "amber-vase", "key": "A/1", "seed": 42, "ext": "png"}


def named(template: str, columns: tuple[str, ...] = (), **values: object) -> str:
    return parse_template(template, columns).render({**VALUES, **values})


def test_the_default_template_counts_and_describes():
    assert named(DEFAULT_TEMPLATE) == "0007-amber-vase.png"


def test_columns_may_be_used_and_slashes_of_the_template_make_folders():
    assert named("{mood}/{index:03d}.{ext}", ("mood",), mood="low sun") == "low sun/007.png"


def test_slashes_of_a_value_make_no_folders():
    assert named("{key}.{ext}") == "A-1.png"


@pytest.mark.parametrize("evil", ["../../etc/passwd", "..", ".", "/abs", "a\\b", "\x00", "C:x"])
def test_a_value_cannot_leave_the_folder(evil):
    name = named("{mood}.{ext}", ("mood",), mood=evil)
    assert "/" not in name
    assert "\\" not in name
    assert not name.startswith(".")


@pytest.mark.parametrize("template", ["../{slug}.png", "/{slug}.png", "a//b", "{slug}/", "a\\b"])
def test_a_template_cannot_leave_the_folder(template):
    with pytest.raises(BadTemplate):
        parse_template(template)


@pytest.mark.parametrize(
    "template",
    ["{slug", "slug}", "{nope}", "{slug.__class__}", "{0}", "{}", "{slug!r}", "{index:>9}"],
)
def test_only_plain_known_fields_are_understood(template):
    with pytest.raises(BadTemplate):
        parse_template(template)


def test_an_unknown_field_is_refused_with_the_known_ones():
    with pytest.raises(BadTemplate, match=r"\{size\}.*index, slug, key, seed, ext, mood"):
        parse_template("{size}.png", ("mood",))


@pytest.mark.parametrize("name", ["con.png", "NUL", "com1.txt", "LPT9"])
def test_names_that_windows_reserves_are_changed(name):
    assert safe_name(name) == f"_{name}"


def test_a_long_value_is_cut_and_the_ending_stays():
    name = named("{slug}.{ext}", slug="ä" * 400)
    assert len(name.encode()) <= 124
    assert name.endswith(".png")


def test_a_taken_name_gets_the_number_of_its_row_whatever_the_case():
    taken = {folded("Vase.png")}
    assert distinct("vase.png", taken, 12) == "vase-0012.png"
    assert distinct("a/b", set(), 1) == "a/b"


@given(st.text(max_size=200))
def test_any_text_becomes_a_name_that_every_file_system_takes(text):
    name = safe_name(text)
    assert name
    assert len(name.encode()) <= 135
    assert name not in (".", "..")
    assert not set(name) & set('/\\:*?"<>|;\0\n')
    assert name == name.strip(" ")
