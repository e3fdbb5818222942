"""Finds settings that look like secrets, so that they are not shown with a shared workflow."""

import re
from collections.abc import Mapping
from typing import Final, cast

from pixelmill.domain.values import JsonValue

_NAME: Final = re.compile(
    r"(?:^|[_-])(?:api[_-]?key|secret|token|password|passwd|authorization|bearer|credentials?)$"
    r"|(?:apiKey|Secret|Token|Password|Authorization)$",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(
    r"(?:sk|pk|rk)-[\w-]{16,}|(?:sk|pk|rk)_(?:live|test)_\w{8,}|whsec_\S{8,}|gh[pousr]_\w{20,}"
    r"|AKIA[0-9A-Z]{16}|Bearer\s+\S{8,}|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)


def without_secrets(node: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The node without values whose name, or whose look, is that of a secret."""
    return cast("dict[str, JsonValue]", _cleaned(node))


def _cleaned(value: JsonValue) -> JsonValue:
    if isinstance(value, Mapping):
        return {
            name: _cleaned(one)
            for name, one in cast("Mapping[str, JsonValue]", value).items()
            if not (isinstance(one, str) and _NAME.search(name))
        }
    if isinstance(value, (list, tuple)):
        return [_cleaned(one) for one in cast("list[JsonValue]", value)]
    if isinstance(value, str):
        return _VALUE.sub("", value)
    return value
