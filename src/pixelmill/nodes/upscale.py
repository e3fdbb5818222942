"""The node that makes an image larger."""

from typing import Annotated, Literal

from pydantic import Field

from pixelmill.imaging.upscale import upscale as upscale_bytes
from pixelmill.sdk.fields import VendorParameters
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Alias, ModelChoice, Segmented


@node("edit:upscale", title="Upscale", lane="cpu")
async def upscale(
    ctx: NodeContext,
    image: Image,
    *,
    scale: Annotated[
        Literal[2, 4], Alias("upscale_factor"), Field(description="Times larger."), Segmented()
    ] = 2,
    method: Annotated[str, ModelChoice(task="upscale", local=("lanczos",))] = ("lanczos"),
    extra: VendorParameters = None,
) -> Image:
    """Enlarge an image without changing what it shows.

    "lanczos" is quick, free and adds no detail. An upscaling model adds detail and costs credits.
    """
    if method == "lanczos":
        return await ctx.save(await ctx.compute(upscale_bytes, image, scale=scale))
    images = await ctx.generate(method, {"scale": scale, **(extra or {})}, (image,))
    return images[0]
