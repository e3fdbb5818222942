"""The nodes that bring values in, write prompts and mark results."""

from typing import Any

import pytest

from pixelmill.nodes.input_image import input_image
from pixelmill.nodes.input_number import input_number
from pixelmill.nodes.input_seed import input_seed
from pixelmill.nodes.input_select import input_select
from pixelmill.nodes.input_text import input_text
from pixelmill.nodes.input_toggle import input_toggle
from pixelmill.nodes.output_preview import output_preview
from pixelmill.nodes.prompt_concat import prompt_concat
from pixelmill.nodes.prompt_template import prompt_template
from pixelmill.sdk.node import AnyNode, BadParameters
from pixelmill.sdk.testing import FakeContext, tiny_png


async def run(node: AnyNode, inputs: dict[str, Any] | None = None, **params: Any) -> Any:
    """The node's only output."""
    (value,) = (await node.call(FakeContext(seed=42), inputs or {}, params)).values()
    return value


@pytest.mark.parametrize(
    ("node", "param", "outputs"),
    [
        (input_text, "prompt", {"text", "prompt"}),
        (input_image, "image", {"image", "images", "media", "url"}),
        (input_number, "value", {"number", "value"}),
        (input_seed, "seed", {"number", "value", "seed"}),
        (input_select, "value", {"text", "prompt", "value", "selected"}),
        (input_toggle, "value", {"boolean", "value"}),
    ],
)
def test_an_input_says_which_field_a_caller_sets(
    node: AnyNode, param: str, outputs: set[str]
) -> None:
    assert node.signature.input_param == param
    (port,) = node.signature.outputs
    assert {port.name, *port.aliases} == outputs


async def test_inputs_give_what_they_hold() -> None:
    assert await run(input_text, prompt="a vase") == "a vase"
    assert await run(input_text, text="a vase") == "a vase"
    assert await run(input_number, value="2.5") == 2.5
    assert await run(input_toggle, value="yes") is True


async def test_an_image_arrives_under_any_of_its_names() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    assert (await input_image.call(ctx, {}, {"imageUrl": image}))["image"] == image
    with pytest.raises(BadParameters, match="has no image"):
        await input_image.call(ctx, {}, {})
    with pytest.raises(BadParameters, match="not fetched"):
        await input_image.call(ctx, {}, {"image": "https://example.com/a.png"})


async def test_a_seed_is_the_node_runs_own() -> None:
    assert await run(input_seed) == 42
    assert await input_seed(FakeContext(seed=42), seed=7) == 7


async def test_a_choice_is_one_of_its_options() -> None:
    assert await run(input_select, options=["spring", "autumn"]) == "spring"
    assert await run(input_select, options=["spring", "autumn"], value="autumn") == "autumn"
    assert await run(input_select, value="anything") == "anything"
    assert await run(input_select) == ""
    with pytest.raises(BadParameters, match="'winter' is none of the options: spring, autumn"):
        await run(input_select, options=["spring", "autumn"], value="winter")


async def test_texts_are_joined_in_order_without_empty_ones() -> None:
    wired = {"texts": ["glass", " ", "autumn"]}
    assert await run(prompt_concat, wired, before="a vase") == "a vase, glass, autumn"
    assert await run(prompt_concat, wired, separator=" / ", after="x") == "glass / autumn / x"
    assert await run(prompt_template, wired, template="a vase") == "a vase, glass, autumn"


async def test_braces_that_nobody_filled_stay_as_they_are() -> None:
    assert await run(prompt_template, template="{a} {{ x }} {0.__class__}") == (
        "{a} {{ x }} {0.__class__}"
    )


async def test_an_output_is_a_sink_that_hands_its_image_on() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    assert output_preview.signature.sink
    assert await output_preview.call(ctx, {"image": image}, {}) == {"image": image}
