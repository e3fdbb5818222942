"""Jars and sticks: cream, candle, deodorant."""

from pixelmill.imaging.sketch.label import Label
from pixelmill.imaging.sketch.lathe import Lathe
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.palette import shifted
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.subjects.bottles import wrap_label
from pixelmill.imaging.sketch.subjects.registry import Look, subject


@subject(
    "cream",
    "creams",
    "balm",
    "jar",
    "jars",
    "salve",
    "butter",
    "mask",
    "scrub",
    "pomade",
    "moisturizer",
    "moisturiser",
    "cosmetic",
    "cosmetics",
    "skincare",
    "honey jar",
    "jam",
)
def cream(look: Look) -> list[Solid]:
    """A low wide jar with a screw lid."""
    r = float(look.rng.uniform(0.37, 0.42))
    tall = float(look.rng.uniform(0.27, 0.34))
    body = [(r - 0.04, 0.0), (r, 0.0, 0.06), (r, tall, 0.03), (r - 0.06, tall + 0.01)]
    glass = Material(look.main, gloss=0.85, clear=0.5)
    label = wrap_label(look, r, 0.06, tall - 0.04, 0.8)
    lid_r = r + 0.012
    lid = [(lid_r - 0.01, 0.0), (lid_r, 0.0, 0.015), (lid_r, 0.19, 0.045), (0.0, 0.195)]
    return [
        Lathe(body, glass, label=label),
        Lathe(lid, Material(look.cap, gloss=0.5), base=tall - 0.01),
    ]


@subject("candle", "candles", "candle jar", "scented candle", "tin", "canister")
def candle(look: Look) -> list[Solid]:
    """A straight tumbler with a thin flat lid."""
    r = float(look.rng.uniform(0.29, 0.33))
    tall = float(look.rng.uniform(0.56, 0.66))
    body = [(r - 0.03, 0.0), (r, 0.0, 0.045), (r, tall, 0.0), (r - 0.02, tall)]
    style = int(look.rng.integers(0, 6))
    label = Label(
        0.17, 0.12, 0.38, look.paper, look.ink, float(look.rng.uniform(-0.08, 0.08)), style
    )
    lid = [(r + 0.012, 0.0), (r + 0.015, 0.0, 0.008), (r + 0.015, 0.05, 0.014), (0.0, 0.055)]
    return [
        Lathe(body, Material(look.main, gloss=0.85, clear=0.25), label=label),
        Lathe(lid, Material(look.cap, gloss=0.4), base=tall - 0.012),
    ]


@subject("stick", "deodorant", "lipstick", "roll on", "concealer", "foundation", "antiperspirant")
def stick(look: Look) -> list[Solid]:
    """A deodorant stick: foot, broad label band, domed cap."""
    r = 0.24
    low = Material(look.main, gloss=0.45)
    foot = [(r - 0.02, 0.0), (r, 0.0, 0.025), (r, 0.22, 0.0)]
    band = Material(look.paper, gloss=0.12)
    middle = [(r + 0.003, 0.0), (r + 0.003, 0.40)]
    label = Label(0.3, 0.02, 0.38, look.paper, look.ink, 0.0, 1)
    cap = [(r, 0.0), (r, 0.30, 0.06), (0.0, 0.31)]
    return [
        Lathe(foot, low),
        Lathe(middle, band, base=0.2, label=label),
        Lathe(cap, Material(shifted(look.main), gloss=0.45), base=0.6),
    ]
