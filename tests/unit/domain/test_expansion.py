"""From a call to its items: each spelling, each limit, each fault named by its row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.expansion import ExecuteInputs, ItemDraft, TooManyItems, expand
from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.input_keys import UnknownInput
from pixelmill.domain.inputs import exposed_inputs
from pixelmill.domain.item_drafts import InvalidItems, MissingInput
from pixelmill.kit.problems import Problem
from tests.unit.domain.sample_catalog import CATALOG

GRAPH = Graph(
    (
        Node("p", "input:text", "Prompt", {}),
        Node("s", "input:select", "Style", {"value": "ink", "options": ["ink", "oil"]}),
    ),
    (),
)
EXPOSED = exposed_inputs(GRAPH, CATALOG)


def drafts(max_items: int = 100, **body) -> tuple[ItemDraft, ...]:
    return expand(ExecuteInputs(**body), EXPOSED, max_items, node_ids={"p", "s", "g"})


def test_one_object_is_one_item():
    (only,) = drafts(inputs={"prompt": "a fox"})
    assert (only.index, only.key, only.seed, only.repeat) == (0, None, None, 0)
    assert only.inputs == {"prompt": "a fox"}
    assert only.overrides == {"p": {"text": "a fox"}}


def test_a_call_without_anything_is_one_item_where_nothing_is_required():
    assert len(expand(ExecuteInputs(), EXPOSED[1:])) == 1
    assert len(expand(ExecuteInputs(inputs={}), ())) == 1


def test_a_list_of_objects_is_an_item_each():
    items = drafts(inputs=[{"prompt": "a"}, {"p": "b", "Style": "oil"}])
    assert [item.index for item in items] == [0, 1]
    assert items[1].overrides == {"p": {"text": "b"}, "s": {"value": "oil"}}


def test_prompts_are_sugar_and_share_the_other_inputs():
    items = drafts(prompts=["a", "b"], inputs={"Style": "oil"})
    assert [item.overrides["p"]["text"] for item in items] == ["a", "b"]
    assert all(item.overrides["s"] == {"value": "oil"} for item in items)
    assert items[0].inputs == {"Style": "oil", "prompt": "a"}


def test_prompts_find_the_only_text_input_whatever_its_name():
    (headline,) = exposed_inputs(Graph((Node("h", "input:text", "Headline", {}),), ()), CATALOG)
    (item,) = expand(ExecuteInputs(prompts=["x"]), [headline])
    assert item.overrides == {"h": {"text": "x"}}


def test_prompts_without_a_place_for_them_are_refused():
    twins = Graph((Node("a", "input:text", "A", {}), Node("b", "input:text", "B", {})), ())
    with pytest.raises(UnknownInput, match="exactly one input") as caught:
        expand(ExecuteInputs(prompts=["x"]), exposed_inputs(twins, CATALOG))
    assert caught.value.extra == {"validKeys": ["A", "B"]}


def test_items_carry_keys_overrides_and_seeds():
    row = {
        "key": "sku-1",
        "inputs": {"prompt": "a"},
        "overrides": {"g": {"scale": 2}, "p": {"text": "b"}},
        "seed": 7,
    }
    (item,) = drafts(items=[row], inputs={"prompt": "shared", "Style": "oil"})
    assert (item.key, item.seed, item.identity) == ("sku-1", 7, "sku-1")
    assert item.inputs == {"prompt": "a", "Style": "oil"}
    assert item.overrides == {"p": {"text": "b"}, "s": {"value": "oil"}, "g": {"scale": 2}}


def test_equal_items_are_told_apart_by_their_repeat():
    items = drafts(prompts=["a", "b", "a", "a"])
    assert [item.repeat for item in items] == [0, 0, 1, 2]
    assert items[0].identity == items[2].identity != items[1].identity


def test_a_key_makes_an_item_independent_of_its_inputs_and_place():
    first = drafts(items=[{"key": "k", "inputs": {"p": "a"}}])
    second = drafts(items=[{"inputs": {"p": "x"}}, {"key": "k", "inputs": {"p": "a"}}])
    assert first[0].identity == second[1].identity == "k"


def test_one_item_too_many_is_refused_with_the_limit_and_the_way_out():
    assert len(drafts(max_items=3, prompts=["a"] * 3)) == 3
    with pytest.raises(TooManyItems) as caught:
        drafts(max_items=3, prompts=["a"] * 4)
    assert caught.value.detail == (
        "An execution takes at most 3 items, but 'prompts' has 4. "
        "Split it into several executions, or raise 'max_items' of the plan."
    )
    assert (caught.value.status, caught.value.code) == (422, "too_many_items")
    assert caught.value.extra == {"limit": 3, "found": 4}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"inputs": []}, "'inputs' is an empty list"),
        ({"prompts": []}, "'prompts' is an empty list"),
        ({"inputs": [{}], "prompts": ["a"]}, "'inputs' and 'prompts' are both lists"),
        ({"prompts": "a fox"}, "'prompts' is no list"),
        ({"inputs": "a fox"}, "'inputs' is no object"),
        ({"inputs": [{"p": "x"}, 5]}, r"'inputs\[1\]' is no object"),
        ({"prompts": ["a", 5]}, "Prompt 2 is no text"),
        ({"items": [{"inputs": {"p": "x"}, "seed": -1}]}, r"'items\[0\].seed' is no whole number"),
        ({"items": [{"inputs": {"p": "x"}, "seed": True}]}, r"'items\[0\].seed'"),
        ({"items": [{"inputs": {"p": "x"}, "key": ""}]}, r"'items\[0\].key' is no text"),
        ({"items": [{"inputs": {"p": "x"}, "key": "k" * 201}]}, "1 to 200"),
        ({"items": [{"inputs": {"p": "x"}, "overrides": {"z": {}}}]}, "no node 'z'"),
        ({"items": [{"inputs": {"p": "x"}, "overrides": {"g": 5}}]}, "object of parameters"),
        ({"items": [{"inputs": {"p": "x"}, "overrides": 5}]}, "no object of node ids"),
        ({"inputs": {"p": float("nan")}}, "NaN"),
    ],
)
def test_items_that_cannot_be_read_are_refused(body, message):
    with pytest.raises((InvalidItems, MissingInput), match=message):
        drafts(**body)


def test_a_key_used_twice_is_refused_with_both_places():
    rows = [{"key": "a", "inputs": {"p": "1"}}, {"key": "a", "inputs": {"p": "2"}}]
    with pytest.raises(InvalidItems, match=r"'items\[0\].key' and 'items\[1\].key' are both 'a'"):
        drafts(items=rows)


def test_an_unknown_key_names_its_row():
    with pytest.raises(UnknownInput) as caught:
        drafts(inputs=[{"p": "x"}, {"p": "x", "promt": "y"}])
    assert caught.value.details[0].path == "inputs[1].promt"
    assert "At inputs[1].promt: There is no input 'promt'." in caught.value.detail


def test_a_row_without_a_required_input_is_named():
    with pytest.raises(MissingInput) as caught:
        drafts(prompts=["a", ""])
    assert caught.value.detail == "'prompts[1]' gives no value for 'Prompt'."
    assert (caught.value.status, caught.value.code) == (422, "missing_fields")


def test_what_the_call_sets_for_all_items_need_not_be_given_again():
    body = ExecuteInputs(inputs={})
    assert len(expand(body, EXPOSED, preset={"p": {"text": "a fox"}})) == 1


def test_a_thousand_faulty_rows_list_the_first_twenty():
    with pytest.raises(UnknownInput) as caught:
        drafts(max_items=1000, inputs=[{"p": "x", "nope": i} for i in range(1000)])
    assert len(caught.value.details) == 20


ROWS = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["p", "prompt", "key", "inputs", "overrides", "seed", "g", "zz"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(ROWS, ROWS, ROWS)
def test_whatever_is_sent_there_are_items_or_one_named_problem(inputs, prompts, items):
    body = ExecuteInputs(inputs=inputs, prompts=prompts, items=items)
    refused = None
    try:
        found = expand(body, EXPOSED, 100, node_ids={"p", "s", "g"})
    except Problem as problem:
        refused, found = problem, ()
    assert (refused is None) == bool(found)
    assert refused is None or (400 <= refused.status < 500 and refused.detail)
    assert [item.index for item in found] == list(range(len(found)))
    keys = [item.key for item in found if item.key is not None]
    assert len(keys) == len(set(keys))
    seeds_from = [(item.identity, item.repeat) for item in found if item.key is None]
    assert len(seeds_from) == len(set(seeds_from))


@given(st.lists(st.text(min_size=1), min_size=1, max_size=30))
def test_every_prompt_becomes_its_own_item_in_order(prompts: list[str]):
    found = drafts(prompts=prompts)
    assert [item.overrides["p"]["text"] for item in found] == prompts
