"""The node that keeps a part of an image."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pixelmill.imaging.crop import crop as crop_bytes
from pixelmill.imaging.crop import crop_to_ratio, parse_ratio
from pixelmill.imaging.gravity import Gravity
from pixelmill.sdk.fields import OutputFormat, Side
from pixelmill.sdk.node import BadParameters, NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Advanced, Alias


def _ratio(text: str) -> str:
    parse_ratio(text)
    return text


_Ratio = Annotated[str, AfterValidator(_ratio), Field(max_length=20, examples=["1:1", "4:5"])]


@node("edit:crop", title="Crop", lane="cpu")
async def crop(
    ctx: NodeContext,
    image: Image,
    *,
    aspect_ratio: Annotated[_Ratio, Alias("ratio")] = "1:1",
    gravity: Annotated[Literal["attention", Gravity], Field(title="Keep")] = "center",
    width: Annotated[Side | None, Field(description="Pixels, for an exact rectangle.")] = None,
    height: Annotated[Side | None, Field(description="Pixels, for an exact rectangle.")] = None,
    x: Annotated[int, Field(title="Left", ge=0), Advanced()] = 0,
    y: Annotated[int, Field(title="Top", ge=0), Advanced()] = 0,
    output_format: Annotated[OutputFormat, Advanced()] = "png",
) -> Image:
    """Keep a part of an image: a shape such as 4:5, or an exact rectangle.

    "Attention" keeps what catches the eye. Give a width and a height to keep a rectangle whose
    left upper corner is at left and top.
    """
    if width is None and height is None:
        kept = await ctx.compute(
            crop_to_ratio, image, ratio=aspect_ratio, gravity=gravity, output=output_format
        )
        return await ctx.save(kept)
    if width is None or height is None:
        raise BadParameters("Crop needs both a width and a height, or neither.")
    if x + width > image.width or y + height > image.height:
        raise BadParameters(
            f"Crop cannot keep {width} x {height} pixels at {x}, {y}: the image has "
            f"{image.width} x {image.height}."
        )
    kept = await ctx.compute(
        crop_bytes, image, x=x, y=y, width=width, height=height, output=output_format
    )
    return await ctx.save(kept)
