"""The node that joins texts."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from pixelmill.sdk.fields import Text
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("utility:prompt_concat", title="Join texts")
async def prompt_concat(
    ctx: NodeContext,
    texts: Annotated[Sequence[str], Alias("text", "text1", "prompt", "prompt1")] = (),
    *,
    before: Annotated[Text, Alias("prefix"), Field(description="Comes first.")] = "",
    after: Annotated[Text, Alias("suffix"), Field(description="Comes last.")] = "",
    separator: Annotated[str, Field(max_length=100)] = ", ",
) -> str:
    """Join texts to one prompt, in the order of their wires; empty ones are left out."""
    return separator.join(text for text in (before, *texts, after) if text.strip())
