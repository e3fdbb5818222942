"""Names in prompts: only identifiers are filled in; hostile braces arrive as they were sent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.prompt_text import MissingValue, fill, names_in

HOSTILE = [
    "{{7*191}}",
    "{prompt.__class__}",
    "{{prompt.__class__.__mro__}}",
    "{{ name }}",
    "{name}",
    "{0}",
    "{!r}",
    "%(name)s %s ${name} $name",
    "{% for x in y %}{{ x }}{% endfor %}",
    "#{name} <%= name %>",
    "{{name|upper}} {{name()}} {{name[0]}} {{'a'}} {{}}",
    "{{1name}} {{na-me}} {{.name}} {{name.}} {{a..b}} {{other.path}}",
    "{{trigger.}} {{trigger.a b}} {{trigger.0}} {{triggers.a}}",
    "{{na\nme}} {{name\n}}",
    '{"json": {"a": [1, 2]}}',
    "}}name{{",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_braces_arrive_verbatim(text: str):
    values = {"name": "FILLED", "prompt": "FILLED", "other": {"path": "FILLED"}, "a": "FILLED"}
    assert fill(text, values) == text
    assert names_in(text) == ()


def test_names_are_filled_in():
    assert (
        fill("a {{colour}} cat, {{n}} times", {"colour": "red", "n": 2.0}) == "a red cat, 2 times"
    )
    assert fill('{"a":{{n}}}', {"n": 1}) == '{"a":1}'
    assert fill("{{größe}} {{_x1}}", {"größe": "L", "_x1": True}) == "L true"


def test_dots_walk_into_the_trigger_and_nowhere_else():
    values = {"trigger": {"user": {"name": "Ada"}}, "user": {"name": "no"}}
    assert fill("for {{trigger.user.name}}, {{user.name}}", values) == "for Ada, {{user.name}}"


def test_a_name_without_a_value_is_refused_by_name():
    with pytest.raises(MissingValue, match="'colour' has no value") as caught:
        fill("a {{colour}} cat", {"color": "red"})
    assert caught.value.extra == {"name": "colour"}
    assert "'{{colour}}'" in caught.value.detail
    with pytest.raises(MissingValue, match=r"'trigger\.a\.b' has no value"):
        fill("{{trigger.a.b}}", {"trigger": {"a": "text"}})
    with pytest.raises(MissingValue):
        fill("{{n}}", {"n": None})


def test_names_are_listed_once_in_order():
    text = "{{b}} {{a}} {{b}} {{trigger.x.y}} {c} {{ d }}"
    assert names_in(text) == ("b", "a", "trigger.x.y")


@given(st.text())
def test_what_a_value_holds_is_never_looked_at_again(value: str):
    assert fill("<{{a}}|{{b}}>", {"a": value, "b": "{{a}}"}) == f"<{value}|{{{{a}}}}>"


@given(st.text(alphabet="{}ab.$%()_ \n") | st.text())
def test_text_without_a_name_is_left_alone_and_with_one_it_is_asked_for(text: str):
    names = names_in(text)
    if names:
        with pytest.raises(MissingValue):
            fill(text, {})
    else:
        assert fill(text, {}) == text


def test_a_long_hostile_text_takes_no_time():
    assert fill("{{" * 200_000 + "a.", {}) == "{{" * 200_000 + "a."
    assert names_in("{{trigger" + ".a" * 200_000) == ()
