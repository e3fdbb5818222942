"""The node that brings a text into a workflow."""

from typing import Annotated

from pixelmill.sdk.fields import Text
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("input:text", title="Text")
async def input_text(ctx: NodeContext, *, prompt: Annotated[Text, Alias("text", "value")]) -> str:
    """Give the workflow a text, such as a prompt.

    What is typed here is used when a run brings no text of its own. Each row of a batch may bring
    another one.
    """
    return prompt
