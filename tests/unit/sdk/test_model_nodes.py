"""Every model with a node type of its own gets a node with its own form."""

from dataclasses import replace

import pytest

from pixelmill.sdk.annotations import BadDeclaration
from pixelmill.sdk.model_nodes import with_models
from pixelmill.sdk.node import AnyNode, BadParameters
from pixelmill.sdk.registry import NodeRegistry, ProviderRegistry, find_nodes
from pixelmill.sdk.testing import FakeContext, tiny_png
from tests.unit.sdk.sample_provider import EDITOR, FLUX, SampleProvider, sample

BUILT_IN = find_nodes(entry_points=False)
NODES = with_models(BUILT_IN, ProviderRegistry([sample]))


def fields_of(node: AnyNode) -> list[str]:
    return [port.name for port in node.signature.inputs if not port.is_port]


def test_a_spelling_of_the_wire_is_the_node_of_the_task_with_the_model_chosen() -> None:
    node = NODES["generate:flux_2_pro"]
    assert node.base == "generate:image"
    assert node.title == "Flux 2 Pro"
    assert node.signature.node_type == "generate:flux_2_pro"
    assert node.model_id({}) == "flux-2-pro"
    assert NODES["generate:flux2pro"] is node
    assert "generate:flux_2_pro" in NODES.catalog()
    assert NODES["generate:image"] is BUILT_IN["generate:image"]


def test_its_form_is_the_models_own() -> None:
    node = NODES["generate:flux_2_pro"]
    assert fields_of(node) == [
        *("prompt", "model", "aspect_ratio", "num_images", "seed", "output_format", "extra"),
        "guidance_scale",
    ]
    fields = node.json_schema()["properties"]
    assert fields["aspect_ratio"]["enum"] == ["1:1", "16:9"]
    assert fields["aspect_ratio"]["default"] == "16:9"
    assert fields["guidance_scale"]["description"] == "How strictly."
    assert fields["model"]["x-ui"]["widget"] == "model"
    assert fields["seed"]["x-ui"] == {"widget": "seed"}
    assert node.signature.defaults["guidance_scale"] == 3.5
    assert [detail.path for detail in node.check({"prompt": "x", "guidance_scale": 99})] == [
        "guidance_scale"
    ]


def test_references_are_wires_only_where_the_model_takes_them() -> None:
    wires = {
        name: [port for port in NODES[name].signature.inputs if port.is_port]
        for name in ("generate:flux_2_pro", "generate:flux_2_edit", "edit:clarity_upscaler")
    }
    assert wires["generate:flux_2_pro"] == []
    assert [(port.name, port.required) for port in wires["generate:flux_2_edit"]] == [
        ("references", True)
    ]
    assert [port.name for port in wires["edit:clarity_upscaler"]] == ["image"]


async def test_the_models_own_words_reach_the_model() -> None:
    ctx = FakeContext(seed=5)
    params = {"prompt": "a vase", "guidance_scale": 7, "steps": 20, "num_images": 2}
    result = await NODES["generate:flux_2_pro"].call(ctx, {}, params)
    assert len(result["image"]) == 2
    assert ctx.asked == [
        (
            "flux-2-pro",
            {
                "prompt": "a vase",
                "num_images": 2,
                "aspect_ratio": "16:9",
                "seed": 5,
                "guidance_scale": 7,
                "steps": 20,
            },
            (),
        )
    ]


async def test_an_upscaler_is_asked_through_the_upscale_node() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    await NODES["edit:clarity_upscaler"].call(ctx, {"image": image}, {"scale": 4})
    assert ctx.asked == [("clarity", {"scale": 4, "creativity": 0.35}, (image,))]


async def test_a_model_that_needs_a_reference_says_so() -> None:
    with pytest.raises(BadParameters, match="needs something wired to `references`"):
        await NODES["generate:flux_2_edit"].call(FakeContext(), {}, {"prompt": "a vase"})


def test_a_spelling_that_is_taken_is_refused() -> None:
    taken = SampleProvider(models=(replace(FLUX, node_types=("generate:image",)),))
    with pytest.raises(BadDeclaration, match="'generate:image' is declared twice"):
        with_models(BUILT_IN, ProviderRegistry([taken]))


def test_a_task_that_no_node_does_is_refused() -> None:
    provider = SampleProvider(models=(EDITOR,))
    with pytest.raises(BadDeclaration, match="flux-2-edit is for generate, which no node does"):
        with_models(NodeRegistry([]), ProviderRegistry([provider]))
