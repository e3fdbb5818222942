"""The node that writes a prompt with gaps, filled in for each row."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from pixelmill.sdk.fields import Text
from pixelmill.sdk.node import NodeContext, node
from pixelmill.sdk.widgets import Advanced, Alias


@node("utility:prompt_template", title="Prompt template")
async def prompt_template(
    ctx: NodeContext,
    texts: Annotated[Sequence[str], Alias("text", "text1", "prompt")] = (),
    *,
    template: Annotated[
        Text, Alias("value"), Field(description="Write {{name}} where the row's value goes.")
    ],
    separator: Annotated[str, Field(max_length=100), Advanced()] = ", ",
) -> str:
    """Write one prompt with gaps, such as "a {{colour}} vase"; each row fills them.

    The names are the columns of the batch. A row without a value for a name is refused before
    anything runs. Texts that are wired here follow the prompt, one after the other.
    """
    return separator.join(text for text in (template, *texts) if text.strip())
