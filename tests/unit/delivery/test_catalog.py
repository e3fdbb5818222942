"""Names of events: what stands for which, and ids that never change."""

import pytest

from pixelmill.delivery.catalog import ENDS, MEANINGS, UnknownEventType, event_id, resolve_types
from pixelmill.delivery.dispatcher import wanted_types
from pixelmill.domain.events import EventType


def test_every_event_that_is_stored_has_a_meaning():
    # Progress is told live and never stored.
    assert set(EventType) - {EventType.EXECUTION_PROGRESS} <= set(MEANINGS)


def test_a_star_stands_for_a_kind_or_for_all():
    assert resolve_types(["item.*"]) == {one for one in MEANINGS if one.startswith("item.")}
    assert resolve_types(["*"]) == set(MEANINGS)
    assert resolve_types(["item.failed", "item.failed"]) == {"item.failed"}
    assert resolve_types([]) == frozenset()


@pytest.mark.parametrize("name", ["", ".*", "it*", "item", "item.", "nothing.*", "**", "item.*x"])
def test_anything_else_is_refused_by_name(name: str):
    with pytest.raises(UnknownEventType):
        resolve_types([name])


def test_who_names_nothing_is_told_the_ends():
    for named in (None, [], "execution.completed", {}):
        assert wanted_types(named) == frozenset(ENDS)
    assert wanted_types(["item.failed", "was.once"]) == {"item.failed"}
    assert wanted_types(["*"]) == resolve_types(["*"])


def test_an_events_id_is_made_of_where_it_stands():
    assert event_id({"execution_id": "exe_01abc", "seq": 7}) == "evt_01abc_7"
