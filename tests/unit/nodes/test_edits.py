"""The nodes that change an image: sizes, formats, refusals in words."""

from typing import Any

import pytest

from pixelmill.imaging.limits import ImageRefused
from pixelmill.nodes.composite import composite
from pixelmill.nodes.convert import convert
from pixelmill.nodes.crop import crop
from pixelmill.nodes.edit_image import edit_image
from pixelmill.nodes.remove_background import remove_background
from pixelmill.nodes.resize import resize
from pixelmill.nodes.upscale import upscale
from pixelmill.sdk.node import AnyNode, BadParameters
from pixelmill.sdk.testing import FakeContext, tiny_png
from pixelmill.sdk.values import Image, Mask


async def run(node: AnyNode, **params: Any) -> Image:
    """The node's image for a picture of 48 x 32 pixels."""
    ctx = FakeContext()
    port = "foreground" if node is composite else "image"
    result = await node.call(ctx, {port: await ctx.save(tiny_png("vase"))}, params)
    return result["image"]


def size(image: Image) -> tuple[int, int]:
    return image.width, image.height


async def test_resize_fits_into_the_box() -> None:
    assert size(await run(resize, width=24)) == (24, 16)
    assert size(await run(resize, width=30, height=30)) == (30, 30)
    assert size(await run(resize, width=30, height=30, fit="inside")) == (30, 20)


async def test_resize_needs_a_side() -> None:
    with pytest.raises(BadParameters, match="a width, a height or both"):
        await run(resize)


async def test_crop_keeps_a_shape_or_a_rectangle() -> None:
    assert size(await run(crop)) == (32, 32)
    assert size(await run(crop, ratio="3:4", gravity="attention")) == (24, 32)
    assert size(await run(crop, x=8, y=4, width=10, height=20)) == (10, 20)


@pytest.mark.parametrize(
    ("params", "sentence"),
    [
        ({"width": 10}, "both a width and a height"),
        ({"width": 50, "height": 10}, "the image has 48 x 32"),
        ({"width": 48, "height": 32, "x": 1}, "cannot keep 48 x 32 pixels at 1, 0"),
        ({"aspect_ratio": "wide"}, "see details"),
    ],
)
async def test_crop_refuses_what_is_not_there(params: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadParameters, match=sentence):
        await run(crop, **params)


async def test_upscale_enlarges_without_a_model() -> None:
    assert size(await run(upscale)) == (96, 64)
    assert size(await run(upscale, scale="4")) == (192, 128)
    assert upscale.model_id({}) is None
    assert upscale.model_id({"method": "esrgan"}) == "esrgan"


async def test_upscale_asks_the_model_it_is_given() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    await upscale.call(ctx, {"image": image}, {"method": "esrgan", "scale": 4, "face": True})
    assert ctx.asked == [("esrgan", {"scale": 4, "face": True}, (image,))]


async def test_convert_writes_the_format_asked_for() -> None:
    assert (await run(convert)).media_type == "image/webp"
    assert (await run(convert, format="jpeg", quality=50)).media_type == "image/jpeg"


async def test_convert_says_when_the_bytes_are_too_few() -> None:
    with pytest.raises(ImageRefused, match="smaller size"):
        await run(convert, format="png", max_bytes=10)


async def test_a_removed_background_leaves_a_cutout_and_its_mask() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png("vase", 96, 64))
    result = await remove_background.call(ctx, {"image": image}, {})
    assert isinstance(result["image"], Image)
    assert isinstance(result["mask"], Mask)
    assert size(result["image"]) == (result["mask"].width, result["mask"].height) == (96, 64)
    assert result["image"].sha256 != image.sha256


async def test_a_model_may_remove_the_background() -> None:
    ctx = FakeContext()
    image = await ctx.save(tiny_png())
    result = await remove_background.call(ctx, {"image": image}, {"method": "birefnet"})
    assert ctx.asked == [("birefnet", {}, (image,))]
    assert set(result) == {"image", "mask"}
    assert remove_background.model_id({"method": "grabcut"}) is None


async def test_compose_takes_the_sheet_the_colour_and_the_background() -> None:
    assert size(await run(composite, width=100, height=80)) == (100, 80)
    assert size(await run(composite, gradient_to="navy", shadow="drop")) == (48, 32)
    ctx = FakeContext()
    ground = await ctx.save(tiny_png("ground", 60, 60))
    inputs = {"foreground": await ctx.save(tiny_png()), "background": ground}
    assert size((await composite.call(ctx, inputs, {"shadow": False}))["image"]) == (60, 60)


async def test_a_colour_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(BadParameters) as refusal:
        await run(composite, background_color="glass")
    assert refusal.value.details[0].path == "background_color"
    assert refusal.value.details[0].message.startswith("'glass' is not a colour")


async def test_an_edit_hands_the_image_and_its_references_to_the_model() -> None:
    ctx = FakeContext(seed=4)
    image, other = await ctx.save(tiny_png("a")), await ctx.save(tiny_png("b"))
    params = {"prompt": "make it blue", "model": "flux-2-edit"}
    await edit_image.call(ctx, {"image1": image, "references": [other]}, params)
    assert ctx.asked == [
        ("flux-2-edit", {"prompt": "make it blue", "seed": 4}, (image, other)),
    ]
