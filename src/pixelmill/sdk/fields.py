"""Form fields that several nodes share, as ``Annotated`` aliases: prompt, seed, size, colour."""

import re
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from pixelmill.imaging.colors import parse_color
from pixelmill.sdk import widgets

MAX_PROMPT_LENGTH: Final = 20_000
"""Characters; vendors allow 1,000 to 10,000 and refuse on their own."""
MAX_SIDE: Final = 16_384
"""Pixels of one side of an image."""


def _colour(text: str) -> str:
    parse_color(text)
    return text


Prompt: TypeAlias = Annotated[str, Field(max_length=MAX_PROMPT_LENGTH), widgets.Multiline()]
Text: TypeAlias = Annotated[str, Field(max_length=100_000), widgets.Multiline()]
Seed: TypeAlias = Annotated[
    int | None,
    Field(ge=0, le=2**31 - 1, description="The same seed draws the same image. Blank: a new one."),
    widgets.Seed(),
]
Side: TypeAlias = Annotated[int, Field(ge=1, le=MAX_SIDE)]
Colour: TypeAlias = Annotated[str, AfterValidator(_colour), widgets.Colour()]
OutputFormat: TypeAlias = Literal["png", "jpeg", "webp", "avif"]
Quality: TypeAlias = Annotated[int | None, Field(ge=1, le=100), widgets.Slider()]
VendorParameters: TypeAlias = Annotated[
    dict[str, Any] | None,
    Field(title="More parameters", description="Further parameters in the model's own words."),
    widgets.VendorParameters(),
    widgets.Advanced(),
]
# fmt: off
AspectRatio: TypeAlias = Literal[
    "auto", "1:1", "4:5", "3:4", "2:3", "9:16", "9:21", "1:4", "1:8",
    "5:4", "4:3", "3:2", "16:9", "21:9", "4:1", "8:1",
]
# fmt: on
SizePreset: TypeAlias = Literal[
    "square_hd", "square", "portrait_4_3", "portrait_16_9", "landscape_4_3", "landscape_16_9"
]


class Size(BaseModel):
    """Width and height in pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    width: int = Field(ge=64, le=MAX_SIDE)
    height: int = Field(ge=64, le=MAX_SIDE)


def _refuse_bare_size(value: object) -> object:
    match = re.fullmatch(r"\s*(\d+)\s*[x×]\s*(\d+)\s*", value) if isinstance(value, str) else None
    if match:
        width, height = match.groups()
        raise ValueError(f'write the size as {{"width": {width}, "height": {height}}}')
    return value


ImageSize: TypeAlias = Annotated[
    SizePreset | Size | None,
    BeforeValidator(_refuse_bare_size),
    Field(description="A preset, or a width and a height; wins over the aspect ratio."),
]
