"""Names in prompts: ``{{name}}`` and ``{{trigger.a.b}}`` are filled in, all else is verbatim."""

import re
from collections.abc import Mapping
from typing import ClassVar, Final, cast

from pixelmill.domain.values import JsonValue, as_text
from pixelmill.kit.problems import Problem

_NAME: Final = re.compile(r"\{\{([^\W\d]\w*|trigger(?:\.[^\W\d]\w*)+)\}\}")


class MissingValue(Problem):
    """A prompt names a value that was not given. Give it as an input, or remove the name."""

    code: ClassVar[str] = "missing_value"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Missing value"


def names_in(text: str) -> tuple[str, ...]:
    """The names that ``text`` asks for, each once, in order: ``("colour", "trigger.name")``."""
    return tuple(dict.fromkeys(_NAME.findall(text))) if "{{" in text else ()


def fill(text: str, values: Mapping[str, JsonValue]) -> str:
    """``text`` with its names replaced, in one pass: what a value holds is never looked at again.

    Dots walk into the object under ``trigger``. Raises MissingValue naming what has no value;
    null is no value.
    """
    if "{{" not in text:
        return text

    def replacement(match: re.Match[str]) -> str:
        name = match[1]
        value = _look_up(name, values)
        if value is None:
            raise MissingValue(
                f"The text asks for '{{{{{name}}}}}', but '{name}' has no value. "
                "Give it as an input, or remove it from the text.",
                extra={"name": name},
            )
        return as_text(value)

    return _NAME.sub(replacement, text)


def _look_up(name: str, values: Mapping[str, JsonValue]) -> JsonValue:
    if "." not in name:
        return values.get(name)
    found: JsonValue = values
    for part in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = cast("Mapping[str, JsonValue]", found).get(part)
    return found
