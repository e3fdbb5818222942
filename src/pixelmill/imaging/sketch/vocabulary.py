"""Words for surfaces, props, moods and grounds; subjects and colours keep their own lists."""

from dataclasses import dataclass

SURFACES: dict[str, tuple[str, str]] = {
    "marble": ("marble", "#ece8e3"), "wood": ("wood", "#a8733f"), "wooden": ("wood", "#a8733f"),
    "walnut": ("wood", "#6e4527"), "oak": ("wood", "#c39a62"), "birch": ("wood", "#dcc39a"),
    "mahogany": ("wood", "#6b2f20"), "teak": ("wood", "#95602f"), "timber": ("wood", "#a8733f"),
    "plaster": ("", "#ece2d4"), "gypsum": ("", "#f0ebe4"), "ceramic": ("", "#eee8dd"),
    "concrete": ("concrete", "#a3a29e"), "cement": ("concrete", "#98978f"),
    "asphalt": ("stone", "#4d4e50"), "sand": ("sand", "#dcc08f"), "desert": ("sand", "#d9a566"),
    "travertine": ("travertine", "#dfccac"), "limestone": ("travertine", "#d9cdb6"),
    "linen": ("linen", "#e4d9c6"), "cloth": ("linen", "#d8d0c4"), "fabric": ("linen", "#d8d0c4"),
    "cotton": ("linen", "#eee9e0"), "silk": ("", "#e9d8d0"), "velvet": ("", "#6b2440"),
    "water": ("water", "#7fb0c4"), "pool": ("water", "#62b6cc"), "ice": ("", "#d5e8f0"),
    "stone": ("stone", "#a69e92"), "slate": ("stone", "#565d66"), "rock": ("stone", "#8d8378"),
    "granite": ("terrazzo", "#8e8b88"), "basalt": ("stone", "#3c3d42"),
    "terrazzo": ("terrazzo", "#e8ded2"), "glass": ("glass", "#cfdfe2"),
    "mirror": ("glass", "#c9cfd6"),
    "acrylic": ("glass", "#dbe6ea"), "moss": ("moss", "#5f7a34"), "grass": ("moss", "#6c9440"),
    "tiles": ("tiles", "#c26a44"), "tile": ("tiles", "#c26a44"), "terracotta": ("stone", "#c26a44"),
    "clay": ("stone", "#b4714f"), "brick": ("tiles", "#a5513a"), "metal": ("metal", "#b9bcc0"),
    "steel": ("metal", "#a9adb3"), "paper": ("", "#efe9df"), "snow": ("sand", "#f1f5f8"),
    "leather": ("stone", "#7a4a2e"), "onyx": ("marble", "#2c2b2f"), "porcelain": ("", "#f2f0ec"),
}  # fmt: skip
"""word -> (texture, colour)."""

PLINTHS: dict[str, str] = {
    "plinth": "round", "pedestal": "round", "podium": "round", "disc": "round", "disk": "round",
    "platform": "round", "stand": "round", "round plinth": "round", "square plinth": "square",
    "cube": "square", "block": "square", "slab": "slab", "steps": "steps", "stairs": "steps",
    "step": "steps", "tray": "slab", "column": "column", "pillar": "column", "boulder": "boulder",
    "table": "floor", "tabletop": "floor", "countertop": "floor", "counter": "floor",
    "desk": "floor", "floor": "floor", "ground": "floor", "windowsill": "floor", "sill": "floor",
    "shelf": "floor", "bench": "floor", "beach": "floor", "board": "slab", "blocks": "slab",
}  # fmt: skip

PROPS: dict[str, str] = {
    "arch": "arch", "archway": "arch", "arches": "arch", "alcove": "arch", "sphere": "sphere",
    "spheres": "sphere", "ball": "sphere", "balls": "sphere", "orb": "sphere", "pearl": "sphere",
    "ring": "ring", "hoop": "ring", "circle": "ring", "halo": "ring", "leaves": "leaves",
    "leaf shadow": "leaves", "leaf shadows": "leaves", "palm": "leaves", "foliage": "leaves",
    "dappled": "leaves", "branch": "leaves", "botanical": "leaves", "stripes": "window",
    "blinds": "window", "window": "window", "window light": "window", "backlit": "rim",
    "sun": "disc", "moon": "disc", "disc of light": "disc",
}  # fmt: skip

MOODS: dict[str, str] = {
    "golden hour": "golden", "golden light": "golden", "golden": "golden", "low sun": "low sun",
    "sunset": "low sun", "sunrise": "low sun", "dawn": "low sun", "evening": "low sun",
    "sunlit": "low sun", "sunny": "low sun", "sunlight": "low sun", "late sun": "low sun",
    "warm": "golden", "warm light": "golden", "candlelight": "golden", "autumn": "golden",
    "soft daylight": "daylight", "daylight": "daylight", "soft light": "daylight",
    "morning": "daylight", "bright": "daylight", "airy": "daylight", "natural light": "daylight",
    "overcast": "overcast", "cloudy": "overcast", "grey day": "overcast", "diffuse": "overcast",
    "studio": "studio", "softbox": "studio", "night": "night", "midnight": "night",
    "moonlight": "night", "dark": "dramatic", "neon": "neon", "cyberpunk": "neon",
    "neon light": "neon",
    "misty": "misty", "mist": "misty", "fog": "misty", "foggy": "misty", "hazy": "misty",
    "rainy": "overcast", "dramatic": "dramatic", "moody": "dramatic", "chiaroscuro": "dramatic",
    "low key": "dramatic", "noir": "dramatic", "pastel": "pastel", "pastels": "pastel",
    "minimal": "minimal", "minimalist": "minimal", "clean": "minimal", "hard light": "low sun",
    "spotlight": "dramatic", "cool light": "overcast", "winter": "overcast", "dreamy": "pastel",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mood:
    """How a mood lights the set: key height and length, strengths, tint, and the backdrop's fate.

    `rise` is the key's elevation in degrees; `soft` widens penumbrae; `dim` scales the backdrop's
    lightness; `chroma` its colourfulness; `pool` the vignette; `depth` how dark shadows are.
    """

    rise: float
    power: float
    ambient: float
    soft: float
    tint: str
    depth: float
    pool: float = 0.10
    dim: float = 1.0
    chroma: float = 1.0
    rim: str = "#ffffff"
    rim_power: float = 0.35


LIGHTS: dict[str, Mood] = {
    "": Mood(50, 1.12, 0.46, 0.40, "#fff8ec", 0.52),
    "golden": Mood(32, 1.24, 0.40, 0.32, "#ffdfae", 0.58, 0.18, 0.98, 1.2, "#ffd59a", 0.5),
    "low sun": Mood(21, 1.28, 0.38, 0.16, "#ffd9a2", 0.62, 0.16, 0.97, 1.15, "#ffcf96", 0.5),
    "daylight": Mood(54, 1.12, 0.52, 0.55, "#fffdf8", 0.42, 0.08, 1.03, 0.85),
    "overcast": Mood(66, 0.92, 0.62, 0.95, "#f2f6fb", 0.34, 0.05, 0.97, 0.65, "#eaf2ff", 0.25),
    "studio": Mood(48, 1.18, 0.44, 0.45, "#ffffff", 0.50, 0.14),
    "night": Mood(38, 0.95, 0.26, 0.30, "#d4e0ff", 0.72, 0.30, 0.42, 0.9, "#8fb4ff", 0.9),
    "neon": Mood(34, 0.95, 0.26, 0.35, "#ff9be2", 0.70, 0.30, 0.40, 1.6, "#35d6ff", 1.5),
    "misty": Mood(58, 0.92, 0.62, 1.0, "#f7f8f8", 0.30, 0.06, 1.04, 0.5, "#ffffff", 0.25),
    "dramatic": Mood(30, 1.28, 0.22, 0.22, "#fff0da", 0.78, 0.38, 0.55, 1.0, "#ffe6c4", 0.7),
    "pastel": Mood(52, 1.06, 0.56, 0.55, "#fffaf6", 0.34, 0.06, 1.08, 0.75),
    "minimal": Mood(56, 1.08, 0.52, 0.60, "#fffdfa", 0.38, 0.05, 1.04, 0.55),
}

BACKDROP_WORDS = frozenset(
    {
        "background",
        "backdrop",
        "wall",
        "walls",
        "sky",
        "behind",
        "surroundings",
        "set",
        "seamless",
        "bg",
    }
)
SETTING_WORDS = frozenset(
    {
        "on",
        "upon",
        "atop",
        "over",
        "under",
        "in",
        "at",
        "with",
        "by",
        "against",
        "near",
        "beside",
        "next",
        "behind",
        "front",
        "among",
        "inside",
        "amid",
        "before",
        "between",
        "during",
        "through",
        "above",
        "below",
        "standing",
        "sitting",
        "resting",
        "surrounded",
    }
)
PLAIN_WORDS = frozenset({"plain", "isolated", "cutout", "empty", "transparent"})
