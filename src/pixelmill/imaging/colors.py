"""Colours as people write them: hex digits or one of the basic names."""

from __future__ import annotations

from typing import Final, NamedTuple

# The sixteen basic names of CSS Color 4 plus the ones people reach for on product pictures.
_NAMES: Final[dict[str, str]] = {
    "transparent": "00000000",
    "black": "000000",
    "silver": "c0c0c0",
    "gray": "808080",
    "grey": "808080",
    "white": "ffffff",
    "maroon": "800000",
    "red": "ff0000",
    "purple": "800080",
    "fuchsia": "ff00ff",
    "magenta": "ff00ff",
    "green": "008000",
    "lime": "00ff00",
    "olive": "808000",
    "yellow": "ffff00",
    "navy": "000080",
    "blue": "0000ff",
    "teal": "008080",
    "aqua": "00ffff",
    "cyan": "00ffff",
    "orange": "ffa500",
    "pink": "ffc0cb",
    "beige": "f5f5dc",
    "ivory": "fffff0",
}


class Color(NamedTuple):
    """An sRGB colour, each channel 0 to 255, alpha not premultiplied."""

    red: int
    green: int
    blue: int
    alpha: int = 255

    @property
    def rgb(self) -> tuple[int, int, int]:
        """The three colour channels without alpha."""
        return (self.red, self.green, self.blue)

    def over_white(self) -> tuple[int, int, int]:
        """The opaque colour seen when this one lies on white paper."""
        return (
            _over_white(self.red, self.alpha),
            _over_white(self.green, self.alpha),
            _over_white(self.blue, self.alpha),
        )


def parse_color(text: str) -> Color:
    """Read ``#rgb``, ``#rgba``, ``#rrggbb``, ``#rrggbbaa`` or a basic colour name.

    Raises:
        ValueError: the text is none of these; the message shows it.
    """
    word = text.strip().lower()
    digits = _NAMES.get(word) or word.removeprefix("#")
    if len(digits) in (3, 4):
        digits = "".join(digit * 2 for digit in digits)
    if len(digits) not in (6, 8) or not all(digit in "0123456789abcdef" for digit in digits):
        raise ValueError(
            f"{text[:40]!r} is not a colour; write #rrggbb, #rrggbbaa or a name such as white."
        )
    return Color(*bytes.fromhex(digits))


def _over_white(channel: int, alpha: int) -> int:
    return (channel * alpha + 255 * (255 - alpha) + 127) // 255
