"""Every event by name: what it tells, which names stand for which, and its id on the wire."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

from pixelmill.domain.events import EventType
from pixelmill.kit.problems import Problem

ENDPOINT_DISABLED: Final = "endpoint.disabled"
MEANINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        EventType.EXECUTION_STARTED.value: "An execution was accepted, or continued by a retry.",
        EventType.EXECUTION_COMPLETED.value: "It ended, and at least one item has its result.",
        EventType.EXECUTION_FAILED.value: "It ended without any result, or its deadline passed.",
        EventType.EXECUTION_CANCELLED.value: "It was cancelled.",
        EventType.ITEM_STARTED.value: "Work on an item began.",
        EventType.ITEM_COMPLETED.value: "An item has its result.",
        EventType.ITEM_FAILED.value: "An item failed; its siblings go on.",
        EventType.ITEM_SKIPPED.value: "An item was skipped, for want of budget.",
        EventType.ITEM_CANCELLED.value: "An item was cancelled.",
        EventType.NODE_STARTED.value: "A node of an item began.",
        EventType.NODE_COMPLETED.value: "A node of an item has its result.",
        EventType.NODE_FAILED.value: "A node of an item failed.",
        ENDPOINT_DISABLED: "A webhook endpoint was disabled: it failed too long, or said 410 Gone.",
    }
)
ENDS: Final = (
    EventType.EXECUTION_COMPLETED.value,
    EventType.EXECUTION_FAILED.value,
    EventType.EXECUTION_CANCELLED.value,
)
"""What is told to who did not say what."""


class UnknownEventType(Problem):
    """There is no such event. The names are in 'validTypes'."""

    code: ClassVar[str] = "unknown_event_type"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Unknown event type"


def resolve_types(names: Iterable[str]) -> frozenset[str]:
    """The events that ``names`` stand for: a name, ``item.*``, or ``*``.

    Raises UnknownEventType.
    """
    found: set[str] = set()
    for name in names:
        whole_kind = name == "*" or name.endswith(".*")
        fitting = {
            one
            for one in MEANINGS
            if one == name or (whole_kind and one.startswith(name.removesuffix("*")))
        }
        if not fitting:
            raise UnknownEventType(
                f"There is no event '{name[:80]}'. Events: {', '.join(MEANINGS)}.",
                extra={"validTypes": list(MEANINGS)},
            )
        found |= fitting
    return frozenset(found)


def event_id(row: Mapping[str, Any]) -> str:
    """The id of an event, the same wherever and however often it is told."""
    return f"evt_{row['execution_id'].partition('_')[2]}_{row['seq']}"
