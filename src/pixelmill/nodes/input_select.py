"""The node that brings one of a few texts into a workflow."""

from typing import Annotated

from pydantic import Field

from pixelmill.sdk.node import BadParameters, NodeContext, node
from pixelmill.sdk.widgets import Alias


@node("input:select", title="Choice")
async def input_select(
    ctx: NodeContext,
    *,
    value: Annotated[str, Field(max_length=2000), Alias("selected", "default")] = "",
    options: Annotated[tuple[str, ...], Field(max_length=100)] = (),
) -> Annotated[str, Alias("value", "selected")]:
    """Give the workflow one of a few texts, such as a style or a season.

    Whoever runs the workflow picks from the options; each row of a batch may pick another one.
    Without options any text will do. A blank choice is the first option.
    """
    if not value:
        return options[0] if options else ""
    if options and value not in options:
        raise BadParameters(f"{value[:80]!r} is none of the options: {', '.join(options)[:400]}.")
    return value
