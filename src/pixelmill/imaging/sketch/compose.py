"""Turns a brief into a set: chooses the camera, the light, the stage and where things stand."""

import math
from dataclasses import dataclass, replace

import numpy as np

from pixelmill.imaging.sketch import props
from pixelmill.imaging.sketch.arrays import Colour
from pixelmill.imaging.sketch.brief import Brief
from pixelmill.imaging.sketch.gobo import leaves, window
from pixelmill.imaging.sketch.layer import Material
from pixelmill.imaging.sketch.light import Light
from pixelmill.imaging.sketch.palette import COLOURS, grey, linear, mixed, oklch, shifted
from pixelmill.imaging.sketch.schemes import Scheme, recoloured, scheme_for
from pixelmill.imaging.sketch.shadow import Solid
from pixelmill.imaging.sketch.stage import Backdrop, Set
from pixelmill.imaging.sketch.subjects.registry import SUBJECTS, Look, Subject
from pixelmill.imaging.sketch.view import View
from pixelmill.imaging.sketch.vocabulary import LIGHTS, SURFACES, Mood


@dataclass(frozen=True, slots=True)
class _Stage:
    """What is set up before the subject: solids behind and below it, and how high it stands."""

    behind: list[Solid]
    below: list[Solid]
    before: list[Solid]
    height: float
    half: float


def still_life(brief: Brief, rng: np.random.Generator, width: int, height: int) -> Set:
    """The set for a subject (an abstract one when the brief names none)."""
    subject = SUBJECTS[brief.subject or "abstract"]
    mood = LIGHTS[brief.mood]
    main = _main_colour(brief, subject, rng)
    scheme = _dressed(brief, mood, scheme_for(main, rng), rng)
    side = -1.0 if rng.random() < 0.62 else 1.0
    light = _light(mood, scheme, side, rng, plain=brief.plain)
    cap = linear(COLOURS[brief.accent]) if brief.accent else scheme.cap
    named = brief.colour is not None
    look = Look(main, cap, scheme.paper, scheme.ink, named, rng)
    solids = subject.make(look)
    tall, half = _extent(solids)
    stage = _stage(brief, subject, scheme, rng, tall, half, side)
    items = [s.placed(0.0, stage.height, 0.0, 1.0) for s in solids]
    view = _view(rng, width, height, tall + stage.height, max(half, stage.half))
    everything = [*stage.behind, *stage.below, *items, *stage.before]
    first = len(stage.behind)
    supports = frozenset(range(first, first + len(stage.below)))
    backdrop = _backdrop(brief, mood, scheme, view)
    gobo = _gobo(brief, rng, view, side)
    return Set(view, light, backdrop, everything, supports, gobo)


_FAIR = (
    "amber", "coral", "sage", "rain", "plum", "honey", "forest", "terracotta",
    "oat", "teal", "rose", "ink", "lilac", "olive", "navy", "saffron",
)  # fmt: skip
"""What an unnamed colour is drawn from."""


def _main_colour(brief: Brief, subject: Subject, rng: np.random.Generator) -> Colour:
    if brief.colour:
        return linear(COLOURS[brief.colour])
    if subject.own:
        return linear(COLOURS[subject.own])
    return linear(COLOURS[_FAIR[int(rng.integers(0, len(_FAIR)))]])


def _dressed(brief: Brief, mood: Mood, scheme: Scheme, rng: np.random.Generator) -> Scheme:
    """The scheme after the prompt's own backdrop and the mood have had their say."""
    if brief.plain:
        white = grey(0.955)
        return replace(scheme, backdrop=white, props=grey(0.93), accent=grey(0.88))
    if brief.backdrop:
        scheme = recoloured(scheme, linear(COLOURS[brief.backdrop]))
    light, chroma, _ = oklch(scheme.backdrop)
    target = light * mood.dim * float(rng.uniform(0.97, 1.02))
    if brief.mood == "pastel":
        target = max(target, 0.88)
    if brief.backdrop and mood.dim > 0.8:
        target = light
    target = max(target, 0.25)
    backdrop = shifted(
        scheme.backdrop, min(target, 0.95), chroma * mood.chroma * (0.6 if mood.dim < 0.8 else 1.0)
    )
    if brief.mood == "neon":
        backdrop = mixed(backdrop, linear("#2a1450"), 0.7)
    if brief.mood == "night" and not brief.backdrop:
        backdrop = mixed(backdrop, linear("#18244a"), 0.75)
    dark = mood.dim < 0.8
    stage = shifted(scheme.props, oklch(scheme.props)[0] * (0.72 if dark else 1.0))
    return replace(scheme, backdrop=backdrop, props=stage)


def _light(
    mood: Mood, scheme: Scheme, side: float, rng: np.random.Generator, *, plain: bool
) -> Light:
    rise = math.radians(max(mood.rise, 64.0 if plain else 0.0) + float(rng.uniform(-5, 5)))
    turn = math.radians(float(rng.uniform(52, 84)))
    flat = math.cos(rise)
    key = (side * flat * math.sin(turn), math.sin(rise), flat * math.cos(turn))
    tint = linear(mood.tint)
    return Light(
        key=key,
        power=mood.power * 1.12,
        tint=tint,
        ambient=mood.ambient,
        sky=mixed(grey(1.0), scheme.backdrop, 0.22),
        bounce=mixed(scheme.backdrop, grey(0.6), 0.15),
        soft=mood.soft,
        rim=linear(mood.rim),
        rim_power=mood.rim_power,
    )


def _extent(solids: list[Solid]) -> tuple[float, float]:
    """Height and half-width of the subject, from the outlines of its parts."""
    pieces = [piece for solid in solids for piece in solid.shadows()]
    points = np.concatenate(pieces)
    return float(points[:, 1].max()), float(np.abs(points[:, 0]).max())


def _stage(
    brief: Brief,
    subject: Subject,
    scheme: Scheme,
    rng: np.random.Generator,
    tall: float,
    half: float,
    side: float,
) -> _Stage:
    skin = _skin(brief, scheme)
    kind = brief.plinth
    if kind is None and not brief.plain:
        chances = ("round", "steps", "slab", "", "", "round", "blocks")
        if not subject.product and subject.name != "abstract":
            chances = ("", "", "", "round")
        kind = chances[int(rng.integers(0, len(chances)))]
        if kind == "steps" and half > 0.45:
            kind = "round"
        if brief.surface and kind in {"", "blocks"}:
            kind = "slab" if brief.surface not in {"sand", "water", "desert"} else "floor"
    below, high, wide = _below(kind or "", skin, rng, half)
    behind, before = _around(brief, kind or "", scheme, rng, tall + high, half, side)
    return _Stage(behind, below, before, high, max(wide, half))


def _skin(brief: Brief, scheme: Scheme) -> Material:
    """What the plinth is made of: the prompt's surface, else the scheme's plaster."""
    if brief.surface is None:
        return Material(scheme.props, gloss=0.08)
    texture, colour = SURFACES[brief.surface]
    if texture in {"glass", "metal", "water"}:
        return Material(linear(colour), gloss=0.85, metal=0.7 if texture == "metal" else 0.0)
    gloss = {"marble": 0.5, "wood": 0.25, "terrazzo": 0.35, "tiles": 0.4}.get(texture, 0.06)
    return Material(linear(colour), gloss=gloss, texture=texture)


def _below(
    kind: str, skin: Material, rng: np.random.Generator, half: float
) -> tuple[list[Solid], float, float]:
    """The support, its height and half-width."""
    grow = max(half, 0.24)
    if kind == "round":
        tall = float(rng.uniform(0.1, 0.24))
        radius = grow * float(rng.uniform(1.25, 1.6)) + 0.12
        return [props.round_plinth(radius, tall, skin)], tall, radius
    if kind == "column":
        return [props.round_plinth(grow + 0.12, 0.45, skin)], 0.45, grow + 0.12
    if kind == "steps":
        count = int(rng.integers(2, 5))
        radius = (grow + 0.1) / (1 - 0.13 * (count - 1)) + 0.05
        return [*props.round_steps(radius, count, skin)], 0.085 * count, radius
    if kind == "square":
        tall = float(rng.uniform(0.16, 0.34))
        wide = grow * 2 + 0.3
        yaw = float(rng.uniform(-0.35, 0.35))
        return [props.slab(wide, tall, wide * 0.9, skin, yaw)], tall, wide * 0.62
    if kind in {"slab", "blocks"}:
        tall = float(rng.uniform(0.1, 0.17))
        wide = grow * 2 + float(rng.uniform(0.6, 0.9))
        yaw = float(rng.uniform(-0.12, 0.12))
        slide = float(rng.uniform(-0.25, 0.25))
        slab = props.slab(wide, tall, grow * 2 + 0.25, skin, yaw).placed(slide, 0, 0, 1)
        return [slab], tall, wide / 2
    if kind == "boulder":
        rock = [(0.4, 0.0), (0.52, 0.08, 0.1), (0.5, 0.2, 0.1), (0.3, 0.27, 0.2), (0.0, 0.28)]
        return [props.Lathe(rock, skin)], 0.265, 0.52
    return [], 0.0, half


def _around(
    brief: Brief,
    kind: str,
    scheme: Scheme,
    rng: np.random.Generator,
    tall: float,
    half: float,
    side: float,
) -> tuple[list[Solid], list[Solid]]:
    """Companions behind the subject and before it."""
    if brief.plain:
        return [], []
    wanted = set(brief.props)
    if not wanted and brief.subject:
        chances = ("arch", "sphere", "great sphere", "", "", "", "ring", "", "")
        wanted = {chances[int(rng.integers(0, len(chances)))]}
    shell = Material(scheme.props, gloss=0.08)
    bright = Material(scheme.accent, gloss=0.22)
    behind: list[Solid] = []
    before: list[Solid] = []
    if "great sphere" in wanted or "disc" in wanted:
        radius = tall * float(rng.uniform(0.42, 0.5))
        behind.append(props.sphere(radius, bright, side * 0.12, -radius - 0.35))
    if kind == "blocks":
        at = -side * (half + 0.42)
        behind.append(props.turned_block(0.6, tall * 0.42, 0.4, shell, at, -0.5, side * 0.12))
    if "arch" in wanted:
        width = max(half + 0.26, tall * 0.42)
        doorway = props.arch(width, max(tall * 1.16, width * 1.5), 0.14, 0.2, shell)
        behind.append(doorway.placed(0, 0, -0.4, 1))
    if "ring" in wanted:
        hoop = props.ring(tall * 0.46, 0.05, bright)
        behind.append(hoop.placed(side * 0.06, 0, -0.34, 1))
    if "sphere" in wanted:
        r = float(rng.uniform(0.14, 0.24))
        away = half + r + float(rng.uniform(0.22, 0.4))
        behind.append(props.sphere(r, bright, -side * away, -0.30))
        r = float(rng.uniform(0.07, 0.11))
        before.append(props.sphere(r, shell, side * (half + r + 0.3), 0.24))
    return behind, before


def _view(rng: np.random.Generator, width: int, height: int, tall: float, half: float) -> View:
    """A camera that holds the subject and its support, a little off centre."""
    tilt = float(rng.uniform(0.17, 0.31))
    fall = tilt * 0.42
    scale = min(height * 0.70 / (tall + 0.25 * tilt), width * 0.43 / max(half, 0.2))
    scale = min(scale * float(rng.uniform(0.88, 1.02)), height * 0.62, width * 0.62)
    slack = max(width * 0.5 - half * scale, 0.0)
    centre = width * 0.5 + slack * float(rng.uniform(-0.14, 0.14))
    ground = height * (0.5 + float(rng.uniform(0.02, 0.06))) + scale * tall * 0.5
    return View(width, height, scale, centre, min(ground, height * 0.9), tilt, fall)


def _backdrop(brief: Brief, mood: Mood, scheme: Scheme, view: View) -> Backdrop:
    colour = scheme.backdrop
    light, _, _ = oklch(colour)
    depth, pool = mood.depth, mood.pool
    if brief.plain:
        return Backdrop(colour, colour, depth * 0.6, 0.0)
    if light < 0.45:
        depth, pool = min(depth + 0.15, 0.85), pool + 0.28
    high = shifted(colour, light * (0.97 if light > 0.5 else 0.80))
    low = shifted(colour, min(light * 1.015, 0.97))
    floor, floor_colour, horizon, mirror = "", None, None, 0.0
    if brief.plinth == "floor" or brief.surface in {"sand", "water", "desert"}:
        floor_colour = scheme.props
        if brief.surface:
            floor, hex_colour = SURFACES[brief.surface]
            floor_colour = linear(hex_colour)
        if mood.dim < 0.8:
            floor_colour = shifted(floor_colour, oklch(floor_colour)[0] * 0.7)
        horizon = (view.ground - view.scale * view.tilt * 0.9) / view.height
        mirror = 0.4 if floor in {"water", "glass"} else 0.0
    return Backdrop(high, low, depth, pool, floor, floor_colour, horizon, mirror)


def _gobo(brief: Brief, rng: np.random.Generator, view: View, side: float) -> "np.ndarray | None":
    small = view.shrunk(0.25)
    wanted = brief.props
    chance = float(rng.random())
    if "window" in wanted or (not wanted and not brief.plain and chance < 0.07):
        return window(rng, small.width, small.height, side)
    if "leaves" in wanted or (not wanted and not brief.plain and chance > 0.96):
        return leaves(rng, small.width, small.height, side)
    return None
