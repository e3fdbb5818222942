"""The node that brings a yes or no into a workflow."""

from typing import Annotated

from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("input:toggle", title="Switch")
async def input_toggle(
    ctx: NodeContext, *, value: Annotated[bool, Alias("toggle", "enabled")] = False
) -> bool:
    """Give the workflow a yes or no. Each row of a batch may bring another one."""
    return value
