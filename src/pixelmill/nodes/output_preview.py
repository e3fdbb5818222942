"""The node that marks an image as a result of the workflow."""

from typing import Annotated

from pydantic import Field

from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.values import Image


@node("output:preview", title="Output", sink=True)
async def output_preview(
    ctx: NodeContext,
    image: Image,
    *,
    filename: Annotated[
        str, Field(title="File name", max_length=200, description="Blank: made from the row.")
    ] = "",
) -> Image:
    """Mark an image as a result: it is shown, delivered and offered for download.

    Every image that arrives here becomes one result of the item. The file name is a wish: an
    ending is added, and a number where two results would have the same name.
    """
    return image
