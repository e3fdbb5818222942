"""The node that frees a subject from its background."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from pixelmill.imaging.remove_background import remove_background as remove_background_bytes
from pixelmill.sdk.fields import VendorParameters
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image, Mask
from pixelmill.sdk.widgets import Advanced, Alias, ModelChoice, Slider

_LOCAL = ("auto", "plain", "grabcut")
_Method = Annotated[str, ModelChoice(task="remove_background", local=_LOCAL), Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Cutout:
    """The subject on a clear ground, and the mask that tells where it is (white keeps)."""

    image: Annotated[Image, Alias("cutout")]
    mask: Mask


@node("edit:remove_background", title="Remove background", lane="cpu")
async def remove_background(
    ctx: NodeContext,
    image: Image,
    *,
    method: _Method = "auto",
    feather: Annotated[
        float, Field(ge=0, le=100, description="Softens the outline; pixels."), Slider(), Advanced()
    ] = 0.0,
    extra: VendorParameters = None,
) -> Cutout:
    """Free a subject from its background; the ground becomes clear.

    "Plain" is for a ground of one colour or a smooth shade, as in product photos; "grabcut" is
    for photographs; "auto" looks and chooses. All three are free. A model costs credits and copes
    with hair and clutter.
    """
    if method in _LOCAL:
        data = await ctx.compute(remove_background_bytes, image, method=method, feather=feather)
        cutout = await ctx.save(data)
    else:
        cutout = (await ctx.generate(method, extra or {}, (image,)))[0]
    # What is clear already keeps its alpha, so this only takes the mask out of the cutout.
    mask = await ctx.compute(remove_background_bytes, cutout, method="plain", output="mask")
    return Cutout(cutout, await ctx.save(mask, Mask))
