"""The node that gives several steps the same seed."""

from typing import Annotated

from pixelmill.sdk.fields import Seed
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("input:seed", title="Seed")
async def input_seed(
    ctx: NodeContext, *, seed: Annotated[Seed, Alias("value")] = None
) -> Annotated[int, Alias("seed")]:
    """Give several steps the same seed, so that one choice repeats the whole picture.

    Blank: every image gets a new one, which is recorded beside its result.
    """
    return ctx.seed if seed is None else seed
