"""What a workflow asks of its callers, and how their keys are understood."""

import pytest

from pixelmill.domain.graph import Edge, Graph, Node
from pixelmill.domain.input_keys import InputKeys, UnknownInput
from pixelmill.domain.inputs import effective_params, exposed_inputs, resolve_keys
from tests.unit.domain.sample_catalog import CATALOG

PROMPT = Node("p", "input:text", "Main Prompt", {})
STYLE = Node("s", "input:select", "Style", {"value": "ink", "options": ["ink", "oil"]})
PHOTO = Node("i", "input:image", "Photo", {})
FLUX = Node("g", "generate:flux_2", "Flux", {})
WIRE = Edge("e", "p", "text", "g", "prompt")
EXPOSED = exposed_inputs(Graph((PROMPT, STYLE, PHOTO, FLUX), (WIRE,)), CATALOG)


def test_input_nodes_are_the_inputs_of_a_workflow():
    prompt, style, photo = EXPOSED
    assert (prompt.node_id, prompt.label, prompt.slug) == ("p", "Main Prompt", "main-prompt")
    assert (prompt.type, prompt.required, prompt.default) == ("text", True, None)
    assert (prompt.param, prompt.names) == ("text", ("prompt",))
    assert (style.type, style.options, style.default) == ("select", ("ink", "oil"), "ink")
    assert style.required is False
    assert (photo.type, photo.required) == ("image", True)
    assert photo.description == "A picture to start from."


def test_a_saved_value_makes_an_input_optional():
    saved = Node("p", "input:text", "Prompt", {"text": "a fox"})
    (only,) = exposed_inputs(Graph((saved,), ()), CATALOG)
    assert (only.required, only.default) == (False, "a fox")


def test_an_input_node_with_an_incoming_edge_is_no_input():
    graph = Graph(
        (PROMPT, Node("q", "input:text", "Q", {})), (Edge("e", "p", "text", "q", "text"),)
    )
    assert [one.node_id for one in exposed_inputs(graph, CATALOG)] == ["p"]


def test_an_open_prompt_of_a_model_is_an_input_of_its_own():
    (only,) = exposed_inputs(Graph((FLUX,), ()), CATALOG)
    assert (only.node_id, only.param, only.required, only.implicit) == ("g", "prompt", True, True)


def test_without_an_input_node_a_saved_prompt_may_still_be_replaced():
    saved = Node("g", "generate:flux_2", "Flux", {"prompt": "a fox"})
    (only,) = exposed_inputs(Graph((saved,), ()), CATALOG)
    assert (only.default, only.required) == ("a fox", False)
    assert exposed_inputs(Graph((saved, PHOTO), ()), CATALOG)[0].node_id == "i"


@pytest.mark.parametrize("key", ["p", "p.text", "Main Prompt", "main-prompt", "main_prompt"])
def test_a_key_may_be_an_id_a_label_or_a_slug(key: str):
    assert resolve_keys(EXPOSED, {key: "a fox"}) == {"p": {"text": "a fox"}}


@pytest.mark.parametrize("key", ["prompt", "media", "value"])
def test_a_key_may_be_a_name_that_only_one_input_has(key: str):
    node_id = {"prompt": "p", "media": "i", "value": "s"}[key]
    assert list(resolve_keys(EXPOSED, {key: "x"})) == [node_id]


def test_a_name_that_two_inputs_have_is_refused_with_the_choice():
    graph = Graph((PROMPT, Node("q", "input:text", "Other", {})), ())
    with pytest.raises(UnknownInput, match="'prompt' may mean several inputs: 'p', 'q'"):
        resolve_keys(exposed_inputs(graph, CATALOG), {"prompt": "x"})


def test_a_parameter_goes_before_an_output_of_the_same_name():
    assert EXPOSED[1].port_names == ("text", "prompt")
    assert list(resolve_keys(EXPOSED, {"text": "x"})) == ["p"]
    assert list(resolve_keys(EXPOSED, {"prompt": "x"})) == ["p"]


def test_an_id_goes_before_a_label_and_a_label_before_a_name():
    graph = Graph(
        (Node("a", "input:text", "b", {}), Node("b", "input:text", "prompt", {}), PHOTO), ()
    )
    exposed = exposed_inputs(graph, CATALOG)
    assert list(resolve_keys(exposed, {"b": "x"})) == ["b"]
    assert list(resolve_keys(exposed, {"prompt": "x"})) == ["b"]


def test_an_input_node_goes_before_an_open_parameter_of_the_same_name():
    exposed = exposed_inputs(Graph((PROMPT, FLUX), ()), CATALOG)
    assert [one.node_id for one in exposed] == ["p", "g"]
    assert list(resolve_keys(exposed, {"prompt": "x"})) == ["p"]


def test_an_unknown_key_is_refused_with_the_valid_ones():
    with pytest.raises(UnknownInput) as caught:
        resolve_keys(EXPOSED, {"promt": "x", "nope": 1})
    problem = caught.value
    assert (problem.status, problem.code) == (400, "unknown_input")
    assert "Did you mean 'prompt'?" in problem.detail
    assert problem.extra == {"validKeys": ["Main Prompt", "Style", "Photo"]}
    assert [detail.path for detail in problem.details] == ["promt", "nope"]


def test_two_keys_for_one_input_are_refused():
    with pytest.raises(UnknownInput, match="another key sets already"):
        resolve_keys(EXPOSED, {"p": "x", "prompt": "y"})


def test_a_null_is_no_value_but_its_key_must_exist():
    assert resolve_keys(EXPOSED, {"p": None}) == {}
    with pytest.raises(UnknownInput):
        resolve_keys(EXPOSED, {"nope": None})


def test_unknown_keys_can_be_set_aside_instead():
    values, faults = InputKeys(EXPOSED).sort({"p": "x", "utm_source": "mail"})
    assert values == {"p": {"text": "x"}}
    assert [fault.path for fault in faults] == ["utm_source"]


def test_valid_keys_are_unique():
    twins = (Node("a", "input:text", "Text", {}), Node("b", "input:text", "Text", {}))
    keys = InputKeys(exposed_inputs(Graph(twins, ()), CATALOG))
    assert keys.valid_keys == ["a", "b"]
    assert keys.find("Text") is None


def test_a_workflow_without_inputs_says_so():
    with pytest.raises(UnknownInput, match="Valid keys: none"):
        resolve_keys((), {"prompt": "x"})


def test_the_later_setting_wins():
    node = Node("g", "generate:flux_2", "", {"a": 2, "b": 2})
    assert effective_params(node, {"a": 1, "c": 1}) == {"a": 2, "b": 2, "c": 1}
    assert effective_params(node, {"c": 1}, {"b": 3, "d": 3}, {"d": 4}) == {
        "a": 2,
        "b": 3,
        "c": 1,
        "d": 4,
    }
    assert node.params == {"a": 2, "b": 2}


def test_an_alias_in_a_later_layer_replaces_the_name_in_an_earlier_one():
    node = Node("u", "edit:upscale", "", {"factor": 3})

    def settled(layer):
        return {"scale" if name == "factor" else name: value for name, value in layer.items()}

    assert effective_params(node, {"scale": 2}, settled=settled) == {"scale": 3}
    assert effective_params(node, {"scale": 2}, {"scale": 4}, settled=settled) == {"scale": 4}
    assert effective_params(node, {"scale": 2}, None, {"factor": 8}, settled=settled) == {
        "scale": 8
    }
