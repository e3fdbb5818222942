"""Which backdrop, plinth and cap go with a product's colour."""

from dataclasses import dataclass

import numpy as np

from pixelmill.imaging.sketch.arrays import Colour
from pixelmill.imaging.sketch.palette import linear, mixed, oklch, shifted

_DEGREE = 57.29577951308232


@dataclass(frozen=True, slots=True)
class Scheme:
    """The colours of a set: sweep, what stands on it, the cap, paper and print."""

    backdrop: Colour
    props: Colour
    accent: Colour
    cap: Colour
    paper: Colour
    ink: Colour


def _scheme(backdrop: str, props: str, accent: str, cap: str, paper: str = "#f3efe8") -> Scheme:
    return Scheme(
        linear(backdrop), linear(props), linear(accent), linear(cap), linear(paper),
        linear("#6a5d54"),
    )  # fmt: skip


_WARM = _scheme("#f1cd98", "#f0d3ae", "#f4e3c8", "#4b2a1f")
_FOREST = _scheme("#1a3320", "#b9ab85", "#e3bd62", "#d09c38", "#efe9d9")
_SLATE = _scheme("#5c5d68", "#8d8d93", "#b9babd", "#c6c7cd")
_LEMON = _scheme("#eee5a0", "#f0e4ad", "#d9ce83", "#38342a")
_VIOLET = _scheme("#423868", "#93879b", "#f0e3cf", "#ece3d8")
_BLUE = _scheme("#98b9e6", "#b9cdf0", "#e6e2d3", "#eadfc4")
_SAGE = _scheme("#f0e2b8", "#efdfb8", "#f2e8cf", "#efe6d2")
_OAT = _scheme("#e7dfcd", "#ebe5d6", "#d6c8ac", "#c9a55c", "#f7f4ee")
_ROSE = _scheme("#f2c8bf", "#f4d9cf", "#e3a596", "#c9a15a")
_CORAL = _scheme("#f6d5c0", "#f5ddcd", "#e99a7f", "#f4e9dc")
_TEAL = _scheme("#c9dfd8", "#dae7e0", "#f0dfbd", "#e9ddc2")
_NIGHT = _scheme("#2a3350", "#56607d", "#d9b36a", "#d8b06a")


def scheme_for(main: Colour, rng: np.random.Generator) -> Scheme:
    """A set that flatters `main`: its family's first choice, or by chance a relative."""
    light, chroma, hue = oklch(main)
    turn = (hue * _DEGREE) % 360
    options = _family(light, chroma, turn)
    pick = options[0] if rng.random() < 0.62 else options[int(rng.integers(0, len(options)))]
    if rng.random() < 0.22:
        tint = shifted(main, 0.88 if light < 0.8 else 0.80, 0.055)
        pick = Scheme(
            tint, shifted(tint, 0.9, 0.05), shifted(main, 0.7, 0.1), pick.cap, pick.paper, pick.ink
        )
    return pick


def _family(light: float, chroma: float, turn: float) -> tuple[Scheme, ...]:
    """The schemes for a lightness, chroma and hue (degrees), the first choice first."""
    if chroma < 0.035:
        return _PALE if light > 0.72 else _GREY
    if light > 0.85 and chroma < 0.08:
        return (_OAT, _SAGE, _ROSE, _VIOLET)
    bright, dark = next((bright, dark) for end, bright, dark in _HUES if turn < end)
    return bright if light > 0.52 else dark


_PALE = (_OAT, _WARM, _BLUE, _SAGE, _SLATE)
_GREY = (_SLATE, _OAT, _WARM, _ROSE)
_PINK = (_ROSE, _OAT, _WARM, _SLATE)
_HUES: tuple[tuple[float, tuple[Scheme, ...], tuple[Scheme, ...]], ...] = (
    (20, _PINK, (_ROSE, _VIOLET, _OAT)),
    (42, (_CORAL, _VIOLET, _WARM, _TEAL), (_CORAL, _ROSE, _WARM, _TEAL)),
    (78, (_WARM, _OAT, _SAGE, _TEAL), (_WARM, _OAT, _SAGE)),
    (115, (_LEMON, _WARM, _BLUE, _OAT), (_LEMON, _WARM, _OAT)),
    (170, (_SAGE, _OAT, _ROSE, _FOREST), (_FOREST, _SAGE, _WARM)),
    (215, (_SAGE, _TEAL, _WARM, _CORAL), (_FOREST, _SAGE, _TEAL, _WARM)),
    (285, (_BLUE, _OAT, _NIGHT), (_BLUE, _OAT, _NIGHT, _WARM)),
    (340, (_VIOLET, _ROSE, _OAT), (_ROSE, _VIOLET, _OAT)),
    (361, _PINK, (_ROSE, _VIOLET, _OAT)),
)
"""Hue up to, schemes for the bright, schemes for the dark."""


def recoloured(scheme: Scheme, backdrop: Colour) -> Scheme:
    """The scheme on another backdrop, its props following."""
    light, _, _ = oklch(backdrop)
    nearby = shifted(backdrop, min(light + 0.05, 0.93) if light > 0.5 else light + 0.22)
    return Scheme(
        backdrop, mixed(nearby, scheme.props, 0.3), scheme.accent, scheme.cap, scheme.paper,
        scheme.ink,
    )  # fmt: skip
