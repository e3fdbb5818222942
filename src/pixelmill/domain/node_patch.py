"""A change of one node of a drawing: settings merged, label and place replaced."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final

from pixelmill.domain.node_parsing import as_mapping
from pixelmill.domain.values import JsonValue

_SETTINGS: Final = ("params", "config")


@dataclass(frozen=True, slots=True)
class NodePatch:
    """What to change; None leaves label and place as they are. A setting of None is removed."""

    settings: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    label: str | None = None
    position: Mapping[str, JsonValue] | None = None


def patched(
    node: Mapping[str, JsonValue], patch: NodePatch, synonyms: Iterable[AbstractSet[str]] = ()
) -> dict[str, JsonValue]:
    """The node after the patch; its settings stand alike under ``params`` and ``config``.

    ``synonyms`` are names of one setting each: the name that is patched replaces the others.
    """
    changed = dict(node)
    data = as_mapping(node.get("data"))
    # The oldest drawings have no ``data``: there the node itself holds what it is.
    holder = dict(data) if data else changed
    if patch.settings:
        merged = _settings(node, data)
        for name in _replaced(patch.settings, synonyms):
            merged.pop(name, None)
            _forget_flat(holder, name)
        merged |= {name: value for name, value in patch.settings.items() if value is not None}
        for key in _SETTINGS:
            changed.pop(key, None)
        holder |= dict.fromkeys(_SETTINGS, merged)
    if patch.label is not None:
        holder["label"] = patch.label
    if holder is not changed:
        changed["data"] = holder
    if patch.position is not None:
        changed["position"] = dict(patch.position)
    return changed


def _replaced(settings: Mapping[str, JsonValue], synonyms: Iterable[AbstractSet[str]]) -> set[str]:
    """Every name under which one of these settings may stand."""
    names = set(settings)
    return names.union(*(known for known in synonyms if not names.isdisjoint(known)))


def _settings(
    node: Mapping[str, JsonValue], data: Mapping[str, JsonValue] | None
) -> dict[str, JsonValue]:
    """The settings as reading lays them over one another: config has the last word."""
    merged: dict[str, JsonValue] = {}
    for holder in (node, data or {}):
        for key in _SETTINGS:
            merged |= as_mapping(holder.get(key)) or {}
    return merged


_OTHER_KEYS: Final = frozenset(
    {"id", "type", "position", "data", "label", "category", "nodeType", "inputs", "outputs"}
    | {"model", *_SETTINGS}
)


def _forget_flat(holder: dict[str, JsonValue], name: str) -> None:
    """Remove a setting that old drawings keep beside the others, so that it does not come back."""
    if name not in _OTHER_KEYS:
        holder.pop(name, None)
