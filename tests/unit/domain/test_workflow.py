"""Versions: the same drawing has the same hash, whatever was selected at the time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.workflow import version_hash, workflow_slug

NODE = {"id": "a", "position": {"x": 1, "y": 2}, "data": {"nodeType": "input:text"}}


def test_what_only_the_moment_knows_does_not_count():
    busy = {**NODE, "selected": True, "dragging": False, "measured": {"width": 5}}
    busy["data"] = {**NODE["data"], "output": {"url": "x"}, "selectedIndex": 2}
    assert version_hash({"nodes": [busy], "edges": []}) == version_hash({"nodes": [NODE]})


def test_a_moved_node_and_another_setting_are_another_version():
    base = version_hash({"nodes": [NODE]})
    assert version_hash({"nodes": [{**NODE, "position": {"x": 9, "y": 2}}]}) != base
    assert version_hash({"nodes": [{**NODE, "data": {"nodeType": "input:image"}}]}) != base
    assert version_hash({"nodes": [], "edges": [NODE]}) != base


def test_a_number_that_json_cannot_say_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        version_hash({"nodes": [{"data": {"seed": float("inf")}}]})


@given(
    st.dictionaries(
        st.sampled_from(["nodes", "edges", "name"]), st.lists(st.booleans()) | st.text()
    )
)
def test_documents_of_any_shape_have_a_hash(document):
    assert len(version_hash(document)) == 64


def test_a_name_that_leaves_nothing_is_called_workflow():
    assert workflow_slug("Sommer Kampagne") == "sommer-kampagne"
    assert workflow_slug("夏") == "workflow"
