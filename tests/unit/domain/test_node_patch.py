"""A patch merges settings one level deep and replaces label and place."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.node_patch import NodePatch, patched
from tests.unit.domain.sample_catalog import CATALOG

NODE: dict[str, Any] = {
    "id": "a",
    "type": "basedNode",
    "position": {"x": 1, "y": 2},
    "data": {
        "nodeType": "input:text",
        "label": "Text",
        "params": {"prompt": "old", "kept": {"deep": 1}},
        "config": {"prompt": "newer"},
    },
}


def test_settings_are_merged_and_stand_alike_in_both_places():
    data = patched(NODE, NodePatch({"prompt": "newest"}))["data"]
    assert data["params"] == data["config"] == {"prompt": "newest", "kept": {"deep": 1}}
    assert data["label"] == "Text"


def test_config_had_the_last_word_before_and_keeps_it():
    assert patched(NODE, NodePatch({"other": 1}))["data"]["config"]["prompt"] == "newer"


def test_a_setting_of_none_is_removed_wherever_it_stood():
    flat = {**NODE, "data": {**NODE["data"], "prompt": "flat"}}
    data = patched(flat, NodePatch({"prompt": None}))["data"]
    assert data["config"] == {"kept": {"deep": 1}}
    assert "prompt" not in data


def test_a_setting_under_its_other_name_replaces_the_first():
    stored = {**NODE, "data": {"nodeType": "input:text", "config": {"text": "old"}, "text": "flat"}}
    data = patched(stored, NodePatch({"prompt": "new"}), [{"text", "prompt"}])["data"]
    assert data["config"] == {"prompt": "new"}
    assert "text" not in data


def test_removing_a_setting_never_removes_what_the_node_is():
    data = patched(NODE, NodePatch({"nodeType": None, "label": None}))["data"]
    assert (data["nodeType"], data["label"]) == ("input:text", "Text")


def test_label_and_place_are_replaced():
    changed = patched(NODE, NodePatch(label="", position={"x": 0, "y": 0}))
    assert (changed["data"]["label"], changed["position"]) == ("", {"x": 0, "y": 0})
    assert changed["data"]["params"] == NODE["data"]["params"]


def test_a_node_without_data_keeps_its_old_shape():
    old = {"id": "a", "nodeType": "input:text", "params": {"prompt": "x"}}
    changed = patched(old, NodePatch({"prompt": "y"}, label="L"))
    assert changed["params"] == changed["config"] == {"prompt": "y"}
    assert (changed["label"], changed["nodeType"]) == ("L", "input:text")


def test_the_node_that_was_given_is_not_touched():
    before = repr(NODE)
    patched(NODE, NodePatch({"prompt": None, "new": 1}, "x", {"x": 9, "y": 9}))
    assert repr(NODE) == before


@given(st.text(min_size=1, max_size=20))
def test_the_graph_reads_what_was_patched(prompt: str):
    node = patched(NODE, NodePatch({"prompt": prompt}))
    graph = read_graph([node], [], CATALOG).graph
    assert graph is not None
    assert graph.nodes[0].params["text"] == prompt
