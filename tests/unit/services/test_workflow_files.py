"""A workflow's file is read, and settings beside it land on the right parameter."""

import orjson
import pytest

from pixelmill.sdk.registry import find_nodes
from pixelmill.services.workflow_files import (
    BadSetting,
    BadWorkflowFile,
    read_workflow,
    with_settings,
)
from pixelmill.services.workflows import understand

NODES = find_nodes()
DOCUMENT = {
    "name": "Tiny",
    "nodes": [
        {"id": "gen", "data": {"nodeType": "generate:image", "label": "Draw", "params": {}}},
        {"id": "up", "data": {"nodeType": "edit:upscale", "label": "Make larger"}},
        {"id": "web", "data": {"nodeType": "edit:convert", "label": "Convert"}},
    ],
    "edges": [
        {"id": "e", "source": "gen", "target": "up"},
        {"id": "f", "source": "up", "target": "web"},
    ],
}


def changed(*settings: str):
    drawing = read_workflow(orjson.dumps(DOCUMENT), "w.json").drawing
    graph = understand(drawing, NODES).graph
    return understand(with_settings(drawing, graph, NODES, settings), NODES).graph


def param(graph, node_id: str, name: str):
    return next(node for node in graph.nodes if node.id == node_id).params.get(name)


def test_a_file_gives_its_name_and_drawing():
    file = read_workflow(orjson.dumps(DOCUMENT), "w.json")
    assert (file.name, len(file.drawing.nodes)) == ("Tiny", 3)


def test_a_file_without_a_name_is_called_as_it_is():
    assert read_workflow(b'{"nodes":[],"edges":[]}', "dir/spring.json").name == "spring"


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"nodes":3}', b'{"nodes":[1],"edges":[]}'])
def test_what_is_no_workflow_is_refused_by_the_files_name(data):
    with pytest.raises(BadWorkflowFile, match=r"w\.json"):
        read_workflow(data, "w.json")


@pytest.mark.parametrize("target", ["up", "Make larger", "make-larger"])
def test_a_node_is_named_by_id_label_or_slug(target):
    assert param(changed(f"{target}.scale=4"), "up", "scale") == 4


def test_a_value_for_a_text_stays_a_text():
    assert param(changed("gen.prompt=2024"), "gen", "prompt") == "2024"


def test_a_value_may_hold_equals_signs_and_json():
    graph = changed('gen.image_size={"width":64,"height":64}', "gen.prompt=a=b")
    assert param(graph, "gen", "image_size") == {"width": 64, "height": 64}
    assert param(graph, "gen", "prompt") == "a=b"


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("gen", "node.parameter=value"),
        ("gen=4", "node.parameter=value"),
        ("nope.scale=4", "no node 'nope'. Nodes: gen, up, web"),
        ("web.size=4", "no parameter 'size'. It has: format"),
    ],
)
def test_a_setting_that_fits_nowhere_says_what_there_is(setting, said):
    with pytest.raises(BadSetting) as refused:
        changed(setting)
    assert said in refused.value.detail
