"""Iterators: in step or as all pairs, always in the order of the lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pixelmill.domain.expansion import TooManyItems
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput
from pixelmill.domain.iterating import (
    InvalidIterators,
    Iterator,
    combined,
    input_index,
    input_indices,
    iterated,
)

KEYS = InputKeys([ExposedInput("p", "Prompt", "prompt", "text", True, None, "", "prompt")])


def test_lists_in_step_are_paired_by_place() -> None:
    rows, _ = iterated([Iterator("p", ["a", "b"]), Iterator("g", [1, 2], "seed")], KEYS, {})
    assert rows == [
        {"inputs": {"p": "a"}, "overrides": {"g": {"seed": 1}}},
        {"inputs": {"p": "b"}, "overrides": {"g": {"seed": 2}}},
    ]


def test_one_value_beside_a_list_is_repeated() -> None:
    rows, _ = iterated([Iterator("p", ["a"]), Iterator("g", [1, 2], "seed")], KEYS, {})
    assert [row["inputs"]["p"] for row in rows] == ["a", "a"]  # type: ignore[index, call-overload]


def test_in_a_product_the_last_list_changes_fastest() -> None:
    lists = [Iterator("p", ["a", "b"], mode="product"), Iterator("g", [1, 2, 3], "seed")]
    rows, strides = iterated(lists, KEYS, {})
    stored = [stride.as_dict() for stride in strides]
    assert len(rows) == 6
    assert [input_indices(stored, at) for at in (0, 2, 3)] == [
        {"p": 0, "g": 0},
        {"p": 0, "g": 2},
        {"p": 1, "g": 0},
    ]


def test_a_slice_keeps_the_index_of_the_whole_list() -> None:
    one = Iterator("p", ["a", "b", "c", "d", "e"], start=1, end=4, max_items=2)
    rows, strides = iterated([one], KEYS, {"mood": "calm"})
    assert [row["inputs"] for row in rows] == [  # type: ignore[index, call-overload]
        {"mood": "calm", "p": "b"},
        {"mood": "calm", "p": "c"},
    ]
    assert [input_index([strides[0].as_dict()], at) for at in (0, 1)] == [1, 2]


def test_objects_set_inputs_where_they_are_some_and_parameters_else() -> None:
    rows, _ = iterated([Iterator("p", [{"prompt": "a", "color": "red"}])], KEYS, {})
    assert rows == [{"inputs": {"p.prompt": "a"}, "overrides": {"p": {"color": "red"}}}]


@pytest.mark.parametrize(
    ("iterators", "said"),
    [
        ([Iterator("p", [])], "no items"),
        ([Iterator("p", ["a", "b"]), Iterator("g", [1, 2, 3], "seed")], "product"),
        ([Iterator("g", [1])], "param"),
        ([Iterator("p", ["a"]), Iterator("p", ["b"])], "second list"),
    ],
)
def test_what_cannot_be_combined_is_refused_in_words(iterators: list[Iterator], said: str) -> None:
    with pytest.raises(InvalidIterators, match=said):
        iterated(iterators, KEYS, {})


def test_a_product_that_is_too_long_is_refused_before_it_is_made() -> None:
    lists = [Iterator(f"n{n}", list(range(100)), "x", "product") for n in range(5)]
    with pytest.raises(TooManyItems) as refused:
        iterated(lists, KEYS, {}, 10_000)
    assert refused.value.extra == {"limit": 10_000, "found": 1_000_000}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_a_product_meets_every_combination_once(counts: list[int]) -> None:
    lists = [
        Iterator(f"n{n}", list(range(count)), "x", "product") for n, count in enumerate(counts)
    ]
    strides = combined(lists)
    total = 1
    for count in counts:
        total *= count
    met = {tuple(stride.at(at) for stride in strides) for at in range(total)}
    assert len(met) == total
