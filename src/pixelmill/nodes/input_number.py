"""The node that brings a number into a workflow."""

from typing import Annotated

from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("input:number", title="Number")
async def input_number(
    ctx: NodeContext, *, value: Annotated[float, Alias("number")] = 0.0
) -> float:
    """Give the workflow a number. Each row of a batch may bring another one."""
    return value
