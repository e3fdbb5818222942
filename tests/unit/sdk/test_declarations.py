"""What the decorator refuses at import, each with one clear sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from pydantic import Field

from pixelmill.sdk.node import BadDeclaration, NodeContext, node
from pixelmill.sdk.values import Image
from pixelmill.sdk.widgets import Alias


async def ok(ctx: NodeContext, image: Image, *, scale: int = 2) -> Image:
    """Fine."""
    return image


async def no_docstring(ctx: NodeContext, image: Image) -> Image:
    return image


async def no_annotation(ctx: NodeContext, image) -> Image:  # type: ignore[no-untyped-def]
    """Miss a type."""
    return image


async def star_args(ctx: NodeContext, *images: Image) -> Image:
    """Take anything."""
    return images[0]


async def bad_default(ctx: NodeContext, *, scale: Annotated[int, Field(ge=1)] = 0) -> int:
    """Start outside its own range."""
    return scale


async def text_as_wire(ctx: NodeContext, prompt: str) -> str:
    """Put a text before the star."""
    return prompt


async def no_context(image: Image) -> Image:
    """Do without the world."""
    return image


async def no_return(ctx: NodeContext, image: Image):  # type: ignore[no-untyped-def]
    """Keep the result secret."""
    return image


async def twice(ctx: NodeContext, image: Image, *, other: Annotated[str, Alias("image")]) -> Image:
    """Use one name for two things."""
    return image


async def optional_without_default(ctx: NodeContext, image: Image | None) -> None:
    """Leave it open."""


async def many_in_a_form(ctx: NodeContext, *, images: list[Image]) -> None:
    """Ask a form for several pictures."""


async def open_record(ctx: NodeContext, *, scale: int = 1) -> "Loose":
    """Give a record that can change."""
    return Loose(scale)


@dataclass
class Loose:
    """Not frozen."""

    scale: int


def plain(ctx: NodeContext, image: Image) -> Image:
    """Wait for nothing."""
    return image


@pytest.mark.parametrize(
    ("node_id", "function", "sentence"),
    [
        ("upscale", ok, "is no node id"),
        ("Edit:Upscale", ok, "is no node id"),
        ("video:upscale", ok, "'video' is none of input, generate"),
        ("edit:x", no_docstring, "write a docstring"),
        ("edit:x", no_annotation, "`image` needs a type annotation"),
        ("edit:x", star_args, r"instead of taking `\*images`"),
        ("edit:x", bad_default, "the default 0 of `scale` fails its schema"),
        ("edit:x", text_as_wire, r"`prompt` stands before `\*`"),
        ("edit:x", no_context, "first parameter must be `ctx: NodeContext`"),
        ("edit:x", no_return, "say what it returns"),
        ("edit:x", twice, "the name `image` is taken twice"),
        ("edit:x", optional_without_default, "give it `= None`"),
        ("edit:x", many_in_a_form, r"put it before `\*`"),
        ("edit:x", open_record, "make Loose a frozen dataclass"),
        ("edit:x", plain, "must be an `async def`"),
        ("input:x", ok, None),
        ("input:x", no_return, "say what it returns"),
    ],
)
def test_a_bad_declaration_is_refused_at_import(
    node_id: str, function: Callable[..., Any], sentence: str | None
) -> None:
    if sentence is None:
        assert node(node_id, title="X")(function).signature.input_param == "scale"
        return
    with pytest.raises(BadDeclaration, match=sentence):
        node(node_id, title="X")(function)


def test_a_version_below_one_is_refused() -> None:
    with pytest.raises(BadDeclaration, match="version of at least 1"):
        node("edit:x", title="X", version=0)(ok)


def test_an_input_node_needs_something_to_set() -> None:
    async def empty(ctx: NodeContext) -> str:
        """Give nothing."""
        return ""

    with pytest.raises(BadDeclaration, match="form field that a caller can set"):
        node("input:x", title="X")(empty)
