"""Where a smaller rectangle sits in a larger one, in the eight directions of a compass."""

from __future__ import annotations

from typing import Final, Literal

Gravity = Literal[
    "center",
    "north",
    "north_east",
    "east",
    "south_east",
    "south",
    "south_west",
    "west",
    "north_west",
]

_COLUMN: Final = {"west": 0.0, "east": 1.0}
_ROW: Final = {"north": 0.0, "south": 1.0}


def place(
    inner: tuple[int, int], outer: tuple[int, int], gravity: Gravity, margin: int = 0
) -> tuple[int, int]:
    """Left and top of ``inner`` (width, height) in ``outer``, ``margin`` pixels off its sides."""
    words = gravity.split("_")
    across = next((_COLUMN[word] for word in words if word in _COLUMN), 0.5)
    down = next((_ROW[word] for word in words if word in _ROW), 0.5)
    return (
        margin + round((outer[0] - inner[0] - 2 * margin) * across),
        margin + round((outer[1] - inner[1] - 2 * margin) * down),
    )
