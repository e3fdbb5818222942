"""Colour names, and the OKLCH steps from one colour to its tints, shades and neighbours."""

import math

from pixelmill.imaging.sketch.arrays import Colour

COLOURS: dict[str, str] = {
    "amber": "#e07b16", "saffron": "#e88a14", "rust": "#b5481c", "terracotta": "#c4623a",
    "coral": "#f0735a", "peach": "#f5b08c", "apricot": "#f3a562", "orange": "#ee7a1c",
    "tangerine": "#f08418", "copper": "#b96a3c", "bronze": "#94682f", "gold": "#d3a03a",
    "golden": "#d3a03a", "brass": "#bd963f", "honey": "#e0a11c", "mustard": "#d1a01f",
    "quince": "#e2c52c", "lemon": "#ead21c", "yellow": "#efcb1f", "butter": "#f1de92",
    "cream": "#f0e4cc", "ivory": "#f1ebdc", "oat": "#ddcdb2", "oatmeal": "#ddcdb2",
    "linen": "#ece4d6", "sand": "#d8bd92", "beige": "#d9c4a3", "tan": "#c49f73",
    "caramel": "#b9722f", "toffee": "#9b5c2b", "chocolate": "#5a3422", "brown": "#7a4a2c",
    "espresso": "#402a21", "mocha": "#765341", "taupe": "#8d7d70", "clay": "#b4714f",
    "brick": "#a13d2a", "red": "#cf2a27", "crimson": "#b4152f", "scarlet": "#d92a1c",
    "cherry": "#a91532", "ruby": "#a3123a", "burgundy": "#6c1730", "wine": "#701b34",
    "rose": "#dc7f8c", "blush": "#eab7ae", "pink": "#ee8fae", "salmon": "#f08d78",
    "fuchsia": "#cf2f8d", "magenta": "#c2268a", "plum": "#793461", "mauve": "#a9809c",
    "aubergine": "#452143", "purple": "#75409a", "violet": "#6a48b4", "lavender": "#a99bdb",
    "lilac": "#c0a2d6", "dusk": "#675a94", "indigo": "#3b3a86", "navy": "#1d2c5c",
    "ink": "#20242f", "blue": "#2d62c9", "cobalt": "#1e46ac", "azure": "#3e8fdc",
    "sky": "#86bce6", "rain": "#5d83ab", "denim": "#46658f", "steel": "#7c8b98",
    "ice": "#cfe4ee", "cyan": "#28b4cc", "turquoise": "#2bb2aa", "aqua": "#5cc4c4",
    "teal": "#1c7b7c", "petrol": "#14525c", "mint": "#9cd8bc", "jade": "#2f9c76",
    "emerald": "#12804f", "green": "#2f8f46", "lime": "#a6c92c", "chartreuse": "#b5cc2d",
    "olive": "#767830", "khaki": "#a89f6b", "moss": "#5e7132", "sage": "#96a986",
    "eucalyptus": "#7fa08f", "matcha": "#98ab54", "forest": "#1f4f31", "fir": "#1b4a38",
    "ivy": "#2b5a30", "pine": "#1d4b3b", "fern": "#4b7c3c", "smoke": "#73757c",
    "ash": "#a1a19f", "fog": "#c4c8cb", "mist": "#c6ced2", "pearl": "#e9e5de",
    "silver": "#b6babf", "chrome": "#b9bec4", "grey": "#85878a", "gray": "#85878a",
    "slate": "#515c68", "graphite": "#3e4146", "charcoal": "#313338", "coal": "#222326",
    "onyx": "#1a1a1d", "black": "#17171a", "white": "#f3f2ef", "snow": "#f4f6f8",
    "bone": "#e6dfd0", "eggshell": "#ece5d3", "champagne": "#ead2ab", "nude": "#dfb79c",
    "tomato": "#d8432d", "paprika": "#bf3e18", "cinnamon": "#a55a2c", "fig": "#5b2f4b",
    "berry": "#85234f", "cocoa": "#67412d", "walnutty": "#5d402d", "midnight": "#171c3a",
    "ocean": "#1d6284", "marine": "#1b4c78", "bluish": "#5f86b5", "neonpink": "#ff3fa4",
}  # fmt: skip


def linear(hex_colour: str) -> Colour:
    """`#rrggbb` in linear light (gamma 2)."""
    r, g, b = (int(hex_colour[i : i + 2], 16) / 255.0 for i in (1, 3, 5))
    return (r * r, g * g, b * b)


def oklch(colour: Colour) -> tuple[float, float, float]:
    """Lightness 0..1, chroma, hue in radians (Ottosson 2020, bottosson.github.io/posts/oklab)."""
    r, g, b = colour
    long = math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
    mid = math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
    short = math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
    light = 0.2104542553 * long + 0.7936177850 * mid - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * mid + 0.4505937099 * short
    b2 = 0.0259040371 * long + 0.7827717662 * mid - 0.8086757660 * short
    return light, math.hypot(a, b2), math.atan2(b2, a)


def from_oklch(light: float, chroma: float, hue: float) -> Colour:
    """The inverse of `oklch`, clipped into the gamut by giving up chroma."""
    rgb = _oklab(light, chroma * math.cos(hue), chroma * math.sin(hue))
    while chroma > 1e-3 and not (min(rgb) >= -1e-4 and max(rgb) <= 1.0001):
        chroma *= 0.88
        rgb = _oklab(light, chroma * math.cos(hue), chroma * math.sin(hue))
    r, g, b = (min(max(c, 0.0), 1.0) for c in rgb)
    return (r, g, b)


def _oklab(light: float, a: float, b: float) -> Colour:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    mid = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * mid + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * mid - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * mid + 1.7076147010 * short,
    )


def shifted(
    colour: Colour, light: float | None = None, chroma: float | None = None, turn: float = 0.0
) -> Colour:
    """`colour` with another lightness, at most `chroma`, its hue turned by `turn` degrees."""
    old_light, old_chroma, hue = oklch(colour)
    new_chroma = old_chroma if chroma is None else min(chroma, old_chroma)
    return from_oklch(old_light if light is None else light, new_chroma, hue + math.radians(turn))


def mixed(a: Colour, b: Colour, part: float) -> Colour:
    """`a` with `part` of `b`, in linear light."""
    r, g, bl = (x + (y - x) * part for x, y in zip(a, b, strict=True))
    return (r, g, bl)


def grey(value: float) -> Colour:
    """A neutral of sRGB value 0..1."""
    return (value * value, value * value, value * value)
