"""Rows feed the inputs of a workflow, and a row that cannot is named with its column."""

import pytest

from pixelmill.domain.graph import Graph, Node
from pixelmill.domain.inputs import ExposedInput
from pixelmill.services.prompt_files import BadPrompts, PromptTable, read_prompts
from pixelmill.services.prompt_items import items_of

GRAPH = Graph(
    (Node("a", "input:text", "A"), Node("b", "input:text", "B"), Node("c", "generate:image", "C")),
    (),
)


def exposed(label: str, kind: str = "text", *, node: str = "c", required: bool = True):
    return ExposedInput(
        node_id=node,
        label=label,
        slug=label,
        type=kind,
        required=required,
        default=None,
        description="",
        param=label,
        implicit=True,
    )


INPUTS = (exposed("product"), exposed("surface"), exposed("mood"))


def items(text: str, inputs=INPUTS, name: str = "p.csv"):
    return items_of(read_prompts(text.encode(), name), inputs, GRAPH)


def refusal(text: str, inputs=INPUTS) -> str:
    with pytest.raises(BadPrompts) as refused:
        items(text, inputs)
    return refused.value.detail


def test_a_missing_column_is_told_with_the_node_and_the_columns_found():
    assert refusal("product,surface\nvase,oak\n") == (
        "Row 1 has no column 'mood', which node 03 needs. Columns found: product, surface."
    )


def test_an_empty_cell_is_told_with_its_row():
    said = refusal("product,surface,mood\nvase,oak,calm\nbowl,oak,\n")
    assert said == "Row 2 has nothing in column 'mood', which node 03 needs."


def test_several_faults_are_counted_and_listed():
    with pytest.raises(BadPrompts) as refused:
        items("product,surface,mood\n,oak,calm\nbowl,,calm\n")
    assert "(1 more like this.)" in refused.value.detail
    assert [detail.path for detail in refused.value.details] == [
        "rows[1].product",
        "rows[2].surface",
    ]


def test_columns_that_the_workflow_does_not_know_are_not_sent():
    found = items("product,surface,mood,sku\nvase,oak,calm,A-1\n")
    assert found.rows[0]["inputs"] == {"product": "vase", "surface": "oak", "mood": "calm"}


def test_key_and_seed_belong_to_the_row():
    found = items("key,seed,product,surface,mood\nA-1,7,vase,oak,calm\n,,bowl,oak,calm\n")
    assert (found.rows[0]["key"], found.rows[0]["seed"]) == ("A-1", 7)
    assert "key" not in found.rows[1]


def test_a_key_twice_names_both_rows():
    said = refusal("key,product,surface,mood\nx,a,b,c\nx,a,b,c\n")
    assert said == "Row 2 has the key 'x', which row 1 has too."


@pytest.mark.parametrize("seed", ["-1", "1.5", "abc", "2147483648", "\u0661"])
def test_a_seed_is_a_whole_number(seed):
    said = refusal(f"seed,product,surface,mood\n{seed},a,b,c\n")
    assert said.startswith("Row 1 has the seed")


def test_numbers_and_switches_are_read_by_their_kind():
    inputs = (exposed("count", "number"), exposed("glow", "boolean"))
    found = items("count,glow\n2.0,yes\n1.5,FALSE\n", inputs)
    assert [row["inputs"] for row in found.rows] == [
        {"count": 2, "glow": True},
        {"count": 1.5, "glow": False},
    ]


@pytest.mark.parametrize(
    ("cell", "said"),
    [("two,yes", "is no number"), ("nan,yes", "is no number"), ("2,hm", "neither")],
)
def test_a_cell_of_the_wrong_kind_is_told(cell, said):
    inputs = (exposed("count", "number"), exposed("glow", "boolean"))
    assert said in refusal(f"count,glow\n{cell}\n", inputs)


def test_two_columns_for_one_input_are_refused():
    inputs = (exposed("product", required=False),)
    said = refusal("product,c.product\na,b\n", inputs)
    assert said == "The columns 'product' and 'c.product' both feed 'product'. Remove one."


def test_lines_of_a_text_file_feed_the_only_text():
    found = items("a vase\na bowl\n", (exposed("idea"),), "p.txt")
    assert [row["inputs"] for row in found.rows] == [{"idea": "a vase"}, {"idea": "a bowl"}]


def test_columns_that_bring_images_are_named():
    inputs = (exposed("photo", "image"), exposed("mood"))
    assert items("photo,mood\na.png,calm\n", inputs).pictures == {"photo"}


def test_numbers_of_a_workbook_feed_texts_as_a_person_wrote_them():
    table = PromptTable(("product",), ({"product": 2024},))
    found = items_of(table, (exposed("product"),), GRAPH)
    assert found.rows[0]["inputs"] == {"product": "2024"}
