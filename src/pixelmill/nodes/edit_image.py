"""The node that lets a model change an image as told."""

from collections.abc import Sequence
from typing import Annotated

from pixelmill.sdk.fields import Prompt, Seed, VendorParameters
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Alias, ModelChoice


@node("edit:image", title="Edit image")
async def edit_image(
    ctx: NodeContext,
    image: Annotated[Image, Alias("image1")],
    references: Sequence[Image] = (),
    *,
    prompt: Prompt,
    model: Annotated[str, ModelChoice(task="edit")],
    seed: Seed = None,
    extra: VendorParameters = None,
) -> list[Image]:
    """Change an image as told in words, with a model that can.

    Wire further images to "references" for models that take several.
    """
    asked = {"prompt": prompt, "seed": seed, **(extra or {})}
    return await ctx.generate(model, asked, (image, *references))
