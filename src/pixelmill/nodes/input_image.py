"""The node that brings an image into a workflow."""

from typing import Annotated

from pixelmill.sdk.node import BadParameters, NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Alias


@node("input:image", title="Image")
async def input_image(
    ctx: NodeContext,
    *,
    image: Annotated[Image | None, Alias("imageUrl", "image_url", "url")] = None,
) -> Image:
    """Give the workflow an image: a product photo, a reference, a backdrop.

    Drop a file here, or let each row of a batch bring its own: an asset id, a web address or a
    data URI. The image is fetched and checked before this step runs.
    """
    if image is None:
        raise BadParameters("The Image step has no image; drop one there or give one with the row.")
    return image
