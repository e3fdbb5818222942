"""The node that lays a cutout on a background."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pixelmill.imaging.composite import composite as composite_bytes
from pixelmill.sdk.fields import Colour, OutputFormat, Side
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Advanced, Alias, Segmented, Slider

_Part = Annotated[float, Field(ge=0, le=1), Slider(step=0.01)]


def _shadow(value: object) -> object:
    """A plain yes or no is understood too."""
    return {True: "contact", False: "none"}[value] if isinstance(value, bool) else value


@node("edit:composite", title="Compose", lane="cpu")
async def composite(
    ctx: NodeContext,
    foreground: Annotated[Image, Alias("image", "cutout", "layer_1")],
    background: Image | None = None,
    *,
    background_color: Annotated[
        Colour | None, Alias("color"), Field(description="Blank leaves the ground clear.")
    ] = "#ffffff",
    gradient_to: Annotated[
        Colour | None, Field(description="Blank: one colour. Else the ground runs to this one.")
    ] = None,
    gradient_angle: Annotated[
        float, Field(ge=0, le=360, description="Degrees; 180 runs down."), Advanced()
    ] = 180.0,
    width: Annotated[Side | None, Field(description="Pixels. Blank: the background's.")] = None,
    height: Annotated[Side | None, Field(description="Pixels. Blank: the background's.")] = None,
    scale: Annotated[float, Field(gt=0, le=1), Slider(step=0.01)] = 0.8,
    position: Literal[
        "center",
        "north",
        "north_east",
        "east",
        "south_east",
        "south",
        "south_west",
        "west",
        "north_west",
    ] = "center",
    margin: Annotated[float, Field(ge=0, lt=0.5), Slider(step=0.01), Advanced()] = 0.06,
    shadow: Annotated[
        Literal["contact", "drop", "none"], BeforeValidator(_shadow), Segmented()
    ] = "contact",
    shadow_strength: Annotated[_Part, Advanced()] = 1.0,
    output_format: Annotated[OutputFormat, Advanced()] = "png",
) -> Image:
    """Lay a cutout on a picture, a colour or a gradient, with a soft shadow under it.

    The cutout keeps its shape and fills the part of the picture that "scale" says. Wire an image
    to "background" to have it cover the ground.
    """
    composed = await ctx.compute(
        composite_bytes,
        foreground,
        background,
        background_color=background_color,
        gradient_to=gradient_to,
        gradient_angle=gradient_angle,
        width=width,
        height=height,
        scale=scale,
        position=position,
        margin=margin,
        shadow=shadow != "none",
        shadow_style="contact" if shadow == "none" else shadow,
        shadow_strength=shadow_strength,
        output=output_format,
    )
    return await ctx.save(composed)
