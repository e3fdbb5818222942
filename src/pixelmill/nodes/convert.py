"""The node that writes an image in another format."""

from typing import Annotated

from pydantic import Field

from pixelmill.imaging.convert import convert as convert_bytes
from pixelmill.sdk.fields import Colour, OutputFormat, Quality
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Segmented


@node("edit:convert", title="Convert", lane="cpu")
async def convert(
    ctx: NodeContext,
    image: Image,
    *,
    format: Annotated[OutputFormat, Segmented()] = "webp",
    quality: Annotated[Quality, Field(description="Blank: good for the format.")] = None,
    background: Annotated[Colour, Field(description="Shows through in JPEG.")] = "#ffffff",
    max_bytes: Annotated[
        int | None,
        Field(title="At most bytes", ge=1, description="Lowers the quality as far as needed."),
    ] = None,
) -> Image:
    """Write an image as PNG, JPEG, WebP or AVIF, at a quality or below a file size.

    Nothing of the source's metadata survives, such as where a photo was taken.
    """
    converted = await ctx.compute(
        convert_bytes,
        image,
        format=format,
        quality=quality,
        background=background,
        max_bytes=max_bytes,
    )
    return await ctx.save(converted)
