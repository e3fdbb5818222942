"""What the generate node asks of a model, and what it makes of the answer."""

from typing import Any

import pytest

from pixelmill.nodes.generate_image import generate_image
from pixelmill.sdk.node import BadParameters
from pixelmill.sdk.testing import FakeContext, tiny_png


async def asked(**params: Any) -> dict[str, Any]:
    """The parameters that reach the model."""
    ctx = FakeContext(seed=3)
    await generate_image.call(ctx, {}, {"prompt": "a vase", **params})
    return dict(ctx.asked[0][1])


async def test_blank_fields_are_left_to_the_model() -> None:
    assert await asked() == {
        "prompt": "a vase",
        "num_images": 1,
        "aspect_ratio": "1:1",
        "seed": 3,
    }
    assert "aspect_ratio" not in await asked(aspect_ratio="auto")


async def test_a_size_is_a_preset_or_width_and_height() -> None:
    assert (await asked(image_size="square_hd"))["image_size"] == "square_hd"
    size = {"width": 800, "height": 600}
    assert (await asked(image_size=size))["image_size"] == size


async def test_a_bare_size_is_refused_with_the_right_spelling() -> None:
    with pytest.raises(BadParameters) as refusal:
        await asked(image_size="1024x768")
    assert refusal.value.details[0].path.startswith("image_size")
    assert '{"width": 1024, "height": 768}' in refusal.value.details[0].message


@pytest.mark.parametrize(
    "wrong",
    [
        {"num_images": 0},
        {"num_images": 9},
        {"aspect_ratio": "1:7"},
        {"output_format": "bmp"},
        {"image_size": {"width": 10, "height": 10}},
        {"image_size": {"width": 512, "height": 512, "depth": 1}},
        {"prompt": "x" * 20_001},
    ],
)
async def test_values_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadParameters):
        await asked(**wrong)


async def test_parameters_of_the_model_pass_through() -> None:
    found = await asked(guidance_scale=7, extra={"style": "realistic", "guidance_scale": 1})
    assert (found["guidance_scale"], found["style"]) == (7, "realistic")


async def test_extra_cannot_go_round_the_form() -> None:
    extra = {"num_images": 5, "seed": 12, "model": "dearest", "extra": {"a": 1}}
    found = await asked(num_images=2, extra=extra)
    assert (found["num_images"], found["seed"]) == (2, 3)
    assert "model" not in found
    assert "extra" not in found
    with pytest.raises(BadParameters):
        await asked(extra={"num_images": 99})


async def test_images_come_back_as_many_as_asked_for() -> None:
    result = await generate_image.call(FakeContext(), {}, {"prompt": "a vase", "num_images": 3})
    assert len({image.sha256 for image in result["image"]}) == 3


async def test_references_reach_the_model() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    await generate_image.call(ctx, {"references": [image]}, {"prompt": "like this"})
    assert ctx.asked[0][2] == (image,)


async def test_a_model_that_draws_another_format_is_converted() -> None:
    result = await generate_image.call(
        FakeContext(), {}, {"prompt": "a vase", "output_format": "webp"}
    )
    assert result["image"][0].media_type == "image/webp"


def test_a_model_is_always_asked() -> None:
    assert generate_image.model_id({}) == "sketch"
    assert generate_image.model_id({"model": "flux-2-pro"}) == "flux-2-pro"
