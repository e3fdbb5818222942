"""The artist as its callers see it: bytes, sizes, formats, determinism, difference, colour."""

import io
from itertools import combinations
from typing import Literal

import numpy as np
import pytest
from PIL import Image

from pixelmill.imaging.sketch import render
from pixelmill.imaging.sketch.palette import COLOURS, linear, oklch

CAMPAIGN = [
    "amber serum bottle on a round plaster plinth, golden hour light",
    "forest candle jar with spheres, moody studio",
    "saffron parfum on a travertine block, soft daylight",
    "smoke serum under a plaster arch, overcast",
    "honey cream jar, window light stripes",
    "plum parfum, evening studio",
    "quince lotion, leaf shadows, soft daylight",
    "fir face oil on stone blocks",
    "moss balm on a plinth before a large disc",
    "sage parfum on round steps, pastel",
    "terracotta stone with ring, low sun",
    "dusk hand wash on concrete plinth",
    "lemon parfum, minimal",
    "rain candle on steps, soft light",
    "amber serum, low sun, spheres",
    "ink serum, studio",
    "linen parfum on plaster plinth, daylight",
    "pine candle on travertine plinth",
    "rust cream on a wooden slab, golden hour",
    "coral deodorant on plinth with sphere, dusk background",
    "oat parfum, window light",
    "ivy cream, dramatic",
    "olive parfum under an arch, warm light",
    "coal serum on marble steps, studio",
]
HOSTILE = [
    "<svg onload=alert(1)><script>x</script></svg>",
    "{{7*7}} ${HOME} %(x)s {0}",
    "cat " * 2500,
    "\U0001f9f4\U0001f56f\ufe0f \u202e \x00 \ud800",
    "",
    "'; DROP TABLE prompts; --",
]


def pixels(prompt: str, seed: int = 1, width: int = 96, height: int = 96) -> np.ndarray:
    data = render(prompt, seed=seed, width=width, height=height)
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), dtype=np.float32)


def test_the_same_call_gives_the_same_bytes() -> None:
    first = render(CAMPAIGN[0], seed=7, width=160, height=200)
    render("a forest in between", seed=3, width=64, height=64)
    assert render(CAMPAIGN[0], seed=7, width=160, height=200) == first


def test_every_pair_of_campaign_pictures_differs_clearly() -> None:
    pictures = [pixels(prompt) for prompt in CAMPAIGN]
    closest = min(float(np.abs(a - b).mean()) for a, b in combinations(pictures, 2))
    assert closest > 3.0


@pytest.mark.parametrize("prompt", [CAMPAIGN[0], "a cat", "mountains at sunset", "xqzt"])
def test_another_seed_is_another_picture(prompt: str) -> None:
    pictures = [pixels(prompt, seed) for seed in range(4)]
    assert min(float(np.abs(a - b).mean()) for a, b in combinations(pictures, 2)) > 3.0


@pytest.mark.parametrize(
    "name",
    ["amber", "saffron", "rust", "coral", "plum", "lilac", "sage", "forest", "teal", "navy", "rain",
     "honey", "lemon", "rose", "red", "blue", "green", "orange", "turquoise", "olive"],
)  # fmt: skip
def test_a_product_has_the_colour_that_its_prompt_names(name: str) -> None:
    image = pixels(f"{name} deodorant on white background, soft daylight", 5, 160, 160)
    flat = image.reshape(-1, 3) / 255.0
    spread = flat.max(axis=1) - flat.min(axis=1)
    product = flat[spread > 0.6 * float(np.quantile(spread, 0.97))]
    _, _, wanted = oklch(linear(COLOURS[name]))
    tone = np.median(product, axis=0) ** 2
    _, _, found = oklch((float(tone[0]), float(tone[1]), float(tone[2])))
    distance = abs((found - wanted + np.pi) % (2 * np.pi) - np.pi)
    assert np.degrees(distance) < 24


def test_a_background_colour_fills_the_border() -> None:
    image = pixels("white serum bottle, teal background", 2)
    corner = image[:8].mean(axis=(0, 1))
    assert corner[1] > corner[0] + 25
    assert corner[2] > corner[0] + 25


def test_a_plain_background_is_near_uniform_at_the_border() -> None:
    image = pixels("amber serum bottle on white background", 3, 128, 128)
    border = np.concatenate([image[:6].reshape(-1, 3), image[:, :6].reshape(-1, 3)])
    assert border.min() > 215
    assert float(border.std(axis=0).max()) < 6


@pytest.mark.parametrize("prompt", HOSTILE)
def test_hostile_prompts_are_only_looked_up(prompt: str) -> None:
    assert pixels(prompt).std() > 4


@pytest.mark.parametrize("size", [(64, 64), (64, 320), (333, 77), (200, 201), (1700, 64)])
def test_sizes_are_exact(size: tuple[int, int]) -> None:
    for prompt in (CAMPAIGN[3], "city skyline, neon"):
        width, height = size
        data = render(prompt, seed=1, width=width, height=height)
        assert Image.open(io.BytesIO(data)).size == size


@pytest.mark.parametrize("side", [63, 4097, 0, -5])
def test_a_side_outside_the_limits_is_refused_by_name(side: int) -> None:
    with pytest.raises(ValueError, match=r"height must be 64\.\.4096"):
        render("x", seed=1, width=64, height=side)


@pytest.mark.parametrize("form", ["png", "jpeg", "webp"])
def test_each_format_decodes(form: Literal["png", "jpeg", "webp"]) -> None:
    data = render(CAMPAIGN[0], seed=1, width=96, height=120, output_format=form)
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (image.format, image.size) == (form.upper(), (96, 120))


def test_negative_and_huge_seeds_are_taken() -> None:
    assert render("stone", seed=-1, width=64, height=64)
    assert render("stone", seed=2**80, width=64, height=64)
    assert render("stone", seed=-1, width=64, height=64) != render(
        "stone", seed=1, width=64, height=64
    )


def test_what_the_negative_prompt_names_is_left_out() -> None:
    plain = pixels("amber serum bottle with an arch", 4)
    without = render("amber serum bottle with an arch", seed=4, width=96, height=96,
                     negative_prompt="arch")  # fmt: skip
    image = np.asarray(Image.open(io.BytesIO(without)).convert("RGB"), dtype=np.float32)
    assert float(np.abs(plain - image).mean()) > 1.0
