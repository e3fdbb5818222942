"""The node that lets a model draw."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from pixelmill.imaging.convert import convert
from pixelmill.sdk.fields import (
    AspectRatio,
    ImageSize,
    OutputFormat,
    Prompt,
    Seed,
    Size,
    VendorParameters,
)
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image, JsonValue
from pixelmill.sdk.widgets import Advanced, Alias, ModelChoice, Slider


@node("generate:image", title="Generate image")
async def generate_image(
    ctx: NodeContext,
    references: Annotated[Sequence[Image], Alias("image", "image1", "images")] = (),
    *,
    prompt: Prompt,
    model: Annotated[str, ModelChoice(task="generate")] = "sketch",
    negative_prompt: Annotated[Prompt, Field(description="What should not be seen.")] = "",
    aspect_ratio: AspectRatio = "1:1",
    image_size: ImageSize = None,
    num_images: Annotated[int, Field(title="Images", ge=1, le=8), Slider()] = 1,
    seed: Seed = None,
    output_format: Annotated[OutputFormat | None, Advanced()] = None,
    extra: VendorParameters = None,
) -> list[Image]:
    """Draw images from a prompt, with the model of your choice.

    Wire images to "references" for models that take them. Leave the seed blank and every image
    is new; set it and the same prompt draws the same image, where the model can do that.
    """
    wishes: Mapping[str, JsonValue] = {
        "negative_prompt": negative_prompt or None,
        "aspect_ratio": None if aspect_ratio == "auto" else aspect_ratio,
        "image_size": image_size.model_dump() if isinstance(image_size, Size) else image_size,
        "output_format": output_format,
        "seed": seed,
        **(extra or {}),
    }
    told = {name: value for name, value in wishes.items() if value is not None}
    asked = {"prompt": prompt, "num_images": num_images, **told}
    images = await ctx.generate(model, asked, references)
    return [await _in_format(ctx, image, output_format) for image in images]


async def _in_format(ctx: NodeContext, image: Image, output_format: OutputFormat | None) -> Image:
    if output_format is None or image.media_type == f"image/{output_format}":
        return image
    return await ctx.save(await ctx.compute(convert, image, format=output_format))
