"""Sets single lines of text on a Pillow canvas in the font that Pillow carries with it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from PIL import ImageDraw

Ink = str | tuple[int, int, int]


@cache
def font(size: int) -> Any:
    """Aileron Regular (CC0) at a size in pixels."""
    from PIL import ImageFont

    return ImageFont.load_default(size)


def width_of(text: str, size: int) -> float:
    """Advance of a line in pixels."""
    return float(font(size).getlength(text))


def write(
    draw: ImageDraw.ImageDraw,
    at: tuple[float, float],
    text: str,
    *,
    size: int,
    ink: Ink,
    align: Literal["left", "right", "center"] = "left",
) -> None:
    """Write a line whose baseline is at ``at``."""
    anchor = {"left": "ls", "right": "rs", "center": "ms"}[align]
    draw.text(at, text, fill=ink, font=font(size), anchor=anchor)


def write_number(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, *, size: int, ink: Ink
) -> float:
    """Write figures of equal width, so that numbers stand in columns; returns the width."""
    advance = max(width_of(digit, size) for digit in "0123456789") + size / 24
    for index, letter in enumerate(text):
        middle = at[0] + (index + 0.5) * advance
        write(draw, (middle, at[1]), letter, size=size, ink=ink, align="center")
    return advance * len(text)


def shortened(text: str, size: int, width: float) -> str:
    """The line cut to a width, an ellipsis at the cut; line breaks become spaces."""
    line = " ".join(text.split())[:400]
    if width_of(line, size) <= width:
        return line
    low, high = 0, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(line[:middle].rstrip() + "…", size) <= width:
            low = middle
        else:
            high = middle - 1
    return line[:low].rstrip() + "…" if low else ""


def wrapped(text: str, size: int, width: float, lines: int) -> list[str]:
    """The text in at most ``lines`` lines of a width, the last one shortened."""
    words, done = text.split()[:200], list[str]()
    while words and len(done) < lines - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size) <= width:
            line = f"{line} {words.pop(0)}"
        done.append(shortened(line, size, width))
    return [*done, shortened(" ".join(words), size, width)] if words else done
