"""The node that lays a cutout on a background."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from pixelmill.imaging.composite import composite as composite_bytes
from pixelmill.imaging.gravity import Gravity
from pixelmill.sdk.fields import Colour, OutputFormat, Side
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Advanced, Alias, Segmented, Slider

_Angle = Annotated[float, Field(ge=0, le=360, description="Degrees; 180 runs down."), Advanced()]
_SheetSide = Annotated[Side | None, Field(description="Pixels. Blank: the background's.")]
_Ground = Annotated[
    Colour | None, Alias("color"), Field(description="Blank leaves the ground clear.")
]
_GradientEnd = Annotated[
    Colour | None, Field(description="Blank: one colour. Else the ground runs to this one.")
]


def _shadow(value: object) -> object:
    """A plain yes or no is understood too."""
    return {True: "contact", False: "none"}[value] if isinstance(value, bool) else value


_Shadow = Annotated[Literal["contact", "drop", "none"], BeforeValidator(_shadow), Segmented()]


@node("edit:composite", title="Compose", lane="cpu")
async def composite(
    ctx: NodeContext,
    foreground: Annotated[Image, Alias("image", "cutout", "layer_1")],
    background: Image | None = None,
    *,
    background_color: _Ground = "#ffffff",
    gradient_to: _GradientEnd = None,
    gradient_angle: _Angle = 180.0,
    width: _SheetSide = None,
    height: _SheetSide = None,
    scale: Annotated[float, Field(gt=0, le=1), Slider(step=0.01)] = 0.8,
    position: Gravity = "center",
    margin: Annotated[float, Field(ge=0, lt=0.5), Slider(step=0.01), Advanced()] = 0.06,
    shadow: _Shadow = "contact",
    shadow_strength: Annotated[float, Field(ge=0, le=1), Slider(step=0.01), Advanced()] = 1.0,
    output_format: Annotated[OutputFormat, Advanced()] = "png",
) -> Image:
    """Lay a cutout on a picture, a colour or a gradient, with a soft shadow under it.

    The cutout keeps its shape and fills the part of the picture that "scale" says. Wire an image
    to "background" to have it cover the ground.
    """
    ground = {"background_color": background_color, "gradient_to": gradient_to}
    sheet = {"width": width, "height": height, "gradient_angle": gradient_angle}
    place = {"scale": scale, "position": position, "margin": margin}
    style = "contact" if shadow == "none" else shadow
    cast = {"shadow": shadow != "none", "shadow_style": style, "shadow_strength": shadow_strength}
    settings = {**ground, **sheet, **place, **cast, "output": output_format}
    return await ctx.save(await ctx.compute(composite_bytes, foreground, background, **settings))
