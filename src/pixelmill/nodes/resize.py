"""The node that fits an image into a box of pixels."""

from typing import Annotated, Literal

from pydantic import Field

from pixelmill.imaging.resize import resize as resize_bytes
from pixelmill.sdk.fields import Colour, OutputFormat, Side
from pixelmill.sdk.node import BadParameters, NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Advanced, Segmented


@node("edit:resize", title="Resize", lane="cpu")
async def resize(
    ctx: NodeContext,
    image: Image,
    *,
    width: Annotated[Side | None, Field(description="Pixels. Blank: follows the height.")] = None,
    height: Annotated[Side | None, Field(description="Pixels. Blank: follows the width.")] = None,
    fit: Annotated[Literal["cover", "contain", "fill", "inside"], Segmented()] = "cover",
    background: Colour = "#00000000",
    output_format: Annotated[OutputFormat, Advanced()] = "png",
) -> Image:
    """Fit an image into a box of pixels.

    Cover fills the box and cuts what hangs over. Contain shows the whole image and pads it with
    the background. Inside shows the whole image without padding. Fill stretches.
    """
    if width is None and height is None:
        raise BadParameters("Resize needs a width, a height or both.")
    resized = await ctx.compute(
        resize_bytes,
        image,
        width=width,
        height=height,
        fit=fit,
        background=background,
        output=output_format,
    )
    return await ctx.save(resized)
