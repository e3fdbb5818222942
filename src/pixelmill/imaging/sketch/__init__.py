"""The built-in artist: pure pictures from prompts, for test mode and first use without a key."""

from typing import Literal


def render(
    prompt: str,
    *,
    seed: int,
    width: int,
    height: int,
    negative_prompt: str = "",
    output_format: Literal["png", "jpeg", "webp"] = "png",
) -> bytes:
    """See `draw.render`; the drawing libraries are imported at the first call."""
    from pixelmill.imaging.sketch import draw

    return draw.render(
        prompt,
        seed=seed,
        width=width,
        height=height,
        negative_prompt=negative_prompt,
        output_format=output_format,
    )
