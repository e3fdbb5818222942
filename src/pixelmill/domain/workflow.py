"""Versions of a workflow: the same drawing has the same hash."""

from collections.abc import Iterable, Mapping
from typing import Final, cast

from pixelmill.domain.node_parsing import RESULT_KEYS
from pixelmill.domain.values import JsonValue
from pixelmill.kit.canonical import digest
from pixelmill.kit.naming import slug

_TRANSIENT: Final = frozenset(
    {"selected", "dragging", "resizing", "measured", "positionAbsolute", "internals"}
)
"""What React Flow writes into nodes and edges while they are handled."""


def version_hash(document: Mapping[str, JsonValue]) -> str:
    """64 hex digits over the nodes and edges of a document, places included.

    Selections, measurements and cached results do not count. Raises ValueError for values that
    JSON cannot say.
    """
    return digest(
        {key: [_lasting(part) for part in _list(document.get(key))] for key in ("nodes", "edges")}
    )


def workflow_slug(name: str) -> str:
    """A name for files and downloads; ``workflow`` where nothing of it can be kept."""
    return slug(name) or "workflow"


def _list(value: JsonValue) -> Iterable[JsonValue]:
    return cast("Iterable[JsonValue]", value) if isinstance(value, (list, tuple)) else ()


def _lasting(part: JsonValue) -> JsonValue:
    if not isinstance(part, Mapping):
        return part
    kept = _without(cast("Mapping[str, JsonValue]", part), _TRANSIENT)
    data = kept.get("data")
    if isinstance(data, Mapping):
        kept["data"] = _without(cast("Mapping[str, JsonValue]", data), RESULT_KEYS)
    return kept


def _without(part: Mapping[str, JsonValue], names: frozenset[str]) -> dict[str, JsonValue]:
    return {name: value for name, value in part.items() if name not in names}
