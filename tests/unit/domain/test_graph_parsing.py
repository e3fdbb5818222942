"""Reading canvas documents: every spelling is understood, every fault is named."""

from pixelmill.domain.graph_parsing import Reading, read_graph
from tests.unit.domain.sample_catalog import CATALOG, FLUX, edge, node


def read(nodes, edges=()) -> Reading:
    return read_graph(nodes, list(edges), CATALOG)


def rules(reading: Reading) -> list[str]:
    return [violation.rule for violation in reading.violations]


PAIR = [node("p", "input:text", params={"text": "a fox"}), node("g", "generate:flux_2")]


def test_a_plain_document_becomes_a_graph():
    reading = read(PAIR, [edge("p", "g", "out-prompt", "in-prompt")])
    assert reading.violations == ()
    (only,) = reading.graph.edges
    assert (only.source_port, only.target_port) == ("text", "prompt")
    assert reading.graph.nodes[0].params == {"text": "a fox"}
    assert reading.graph.nodes[1].label == "Flux 2"


def test_handles_work_without_prefix():
    reading = read(PAIR, [edge("p", "g", "text", "prompt")])
    assert reading.graph.edges[0].target_port == "prompt"


def test_missing_handles_are_filled_by_type_and_then_by_name():
    assert read(PAIR, [edge("p", "g")]).graph.edges[0].target_port == "prompt"


def test_missing_handles_that_could_mean_two_ports_are_refused():
    nodes = [*PAIR, node("m", "edit:merge")]
    reading = read(nodes, [edge("g", "m")])
    assert rules(reading) == ["bad-target-handle"]
    assert "'in-background', 'in-foreground'" in reading.violations[0].fix


def test_numbered_handles_order_the_wires_of_a_port_that_takes_many():
    nodes = [node("a", "generate:flux_2"), node("b", "generate:flux_2"), PAIR[1]]
    edges = [edge("a", "g", "out-image", "in-image2"), edge("b", "g", "out-images", "in-image1")]
    reading = read(nodes, edges)
    assert [(e.source, e.target_port, e.slot) for e in reading.graph.edges] == [
        ("a", "images", 2),
        ("b", "images", 1),
    ]


def test_settings_are_merged_flat_then_params_then_config():
    data = {"prompt": "flat", "seed": 1, "params": {"prompt": "params"}, "config": {"seed": 3}}
    graph = read([node("g", "generate:flux_2", **data)]).graph
    assert graph.nodes[0].params == {"prompt": "params", "seed": 3}


def test_aliases_of_a_parameter_are_read_under_its_own_name():
    data = {"prompt": "flat", "params": {"text": "a", "prompt": "b"}, "config": {"prompt": "c"}}
    assert read([node("p", "input:text", **data)]).graph.nodes[0].params == {"text": "c"}
    del data["config"]
    assert read([node("p", "input:text", **data)]).graph.nodes[0].params == {"text": "a"}


def test_cached_results_and_empty_settings_are_no_parameters():
    data = {"config": {"prompt": "x", "seed": None, "output": {"url": "u"}}, "result": 5}
    reading = read([node("g", "generate:flux_2", **data)])
    assert reading.graph.nodes[0].params == {"prompt": "x"}
    assert reading.warnings == ()


def test_an_unknown_parameter_is_a_warning_with_a_suggestion():
    reading = read([node("g", "generate:flux_2", params={"promt": "x"})])
    assert reading.graph is not None
    assert [w.rule for w in reading.warnings] == ["unknown-param"]
    assert "Did you mean 'prompt'?" in reading.warnings[0].message


def test_the_oldest_spelling_names_the_model():
    raw = {"id": "g", "type": "model", "data": {"model": {"name": "generate:flux_2"}}}
    assert read([raw]).graph.nodes[0].node_type == "generate:flux_2"


def test_aliases_are_read_as_the_node_type_they_stand_for():
    assert read([node("g", "model:fal:text-to-image")]).graph.nodes[0].node_type == FLUX.node_type


def test_a_node_written_by_hand_needs_no_data_object():
    raw = {"id": "p", "type": "input:text", "params": {"text": "x"}}
    assert read([raw]).graph.nodes[0].params == {"text": "x"}


def test_notes_and_groups_are_left_out_together_with_their_edges():
    nodes = [
        {"id": "n", "type": "stickyNote", "data": {"text": "hello"}},
        {"id": "c", "type": "custom_group", "data": {"childNodeIds": ["p"]}},
        node("u", "utility:sticky_note"),
        PAIR[0],
    ]
    reading = read(nodes, [edge("n", "p")])
    assert [n.id for n in reading.graph.nodes] == ["p"]
    assert reading.graph.edges == ()


def test_a_graph_of_notes_only_is_empty():
    assert rules(read([{"id": "n", "type": "stickyNote"}])) == ["graph.empty"]
    assert rules(read([])) == ["graph.empty"]


def test_an_upscale_without_an_image_is_told_where_to_wire_one():
    (violation,) = read([node("up", "edit:upscale")]).violations
    assert violation.message == "Node 'up' (edit:upscale) has no image."
    assert violation.fix == "Wire an image into its port 'image'."
    assert violation.node_id == "up"


def test_an_unknown_node_type_is_named_with_its_nearest_neighbour():
    (violation,) = read([node("g", "generate:flux_22")]).violations
    assert violation.rule == "unknown-node-type"
    assert "Did you mean 'generate:flux_2'?" in violation.message


def test_text_does_not_fit_into_an_image_port():
    reading = read([PAIR[0], node("up", "edit:upscale")], [edge("p", "up", "out-text", "in-image")])
    assert rules(reading) == ["type-mismatch"]
    assert "carries text from node 'p' into port 'image' of node 'up'" in (
        reading.violations[0].message
    )


def test_handles_that_do_not_exist_are_refused_by_name():
    reading = read(PAIR, [edge("p", "g", "out-nope", "in-prompt")])
    assert rules(reading) == ["bad-source-handle"]
    reading = read(PAIR, [edge("p", "g", "out-text", "in-nope")])
    assert rules(reading) == ["bad-target-handle"]
    assert "no input 'nope'" in reading.violations[0].message


def test_an_edge_out_of_an_output_node_is_refused():
    reading = read(
        [PAIR[0], node("o", "output:preview"), node("g", "generate:flux_2")],
        [edge("p", "o"), edge("o", "g", None, "in-prompt")],
    )
    assert rules(reading) == ["bad-source-handle"]


def test_two_wires_into_a_port_for_one_are_refused_once():
    nodes = [*PAIR, node("q", "input:text")]
    edges = [edge("p", "g", "text", "prompt"), edge("q", "g", "text", "prompt")]
    assert rules(read(nodes, edges)) == ["double-wire"]


def test_an_edge_sent_twice_is_ignored_with_a_warning():
    edges = [edge("p", "g", "text", "prompt", "e1"), edge("p", "g", "out-text", "prompt", "e2")]
    reading = read(PAIR, edges)
    assert len(reading.graph.edges) == 1
    assert [w.rule for w in reading.warnings] == ["repeated-edge"]


def test_a_dangling_edge_is_named():
    reading = read(PAIR, [edge("p", "gone", edge_id="e9")])
    assert rules(reading) == ["graph.dangling-edge"]
    assert reading.violations[0].edge_id == "e9"


def test_a_cycle_names_its_nodes_in_order():
    nodes = [node(i, "edit:upscale") for i in "abc"]
    reading = read(nodes, [edge("a", "b"), edge("b", "c"), edge("c", "a")])
    assert rules(reading) == ["graph.cycle"]
    assert "'a' → 'b' → 'c' → 'a'" in reading.violations[0].message


def test_ids_must_be_there_and_differ():
    nodes = [{"data": {"nodeType": "input:text"}}, PAIR[0], PAIR[0]]
    assert rules(read(nodes)) == ["graph.missing-id", "graph.duplicate-id"]


def test_a_number_that_is_none_is_refused():
    reading = read([node("g", "generate:flux_2", params={"seed": [float("nan")]})])
    assert rules(reading) == ["not-a-number"]


def test_the_hundred_and_first_node_is_refused():
    nodes = [node(f"n{i}", "input:text") for i in range(101)]
    assert rules(read(nodes)) == ["graph.too-many-nodes"]
    assert read(nodes[:100]).graph is not None


def test_the_five_hundred_and_first_edge_is_refused():
    assert rules(read(PAIR, [edge("p", "g")] * 501)) == ["graph.too-many-edges"]


def test_a_document_that_is_no_list_is_malformed():
    assert rules(read_graph({}, [], CATALOG)) == ["graph.malformed"]
    assert rules(read([5, "x"], [7]))[0] == "graph.malformed"


def test_faults_are_reported_together():
    nodes = [node("up", "edit:upscale"), node("x", "nope"), {"id": ""}]
    assert rules(read(nodes, [edge("up", "gone")])) == [
        "unknown-node-type",
        "graph.missing-id",
        "graph.dangling-edge",
        "missing-required-input",
    ]
