"""The form of each fal model, and how it becomes that model's input.

Field names of the inputs are those of the published types of ``@fal-ai/client`` 1.10.
"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from pixelmill.sdk.fields import AspectRatio, ImageSize, Prompt
from pixelmill.sdk.sizes import nearest_ratio, pixels_of
from pixelmill.sdk.values import JsonValue
from pixelmill.sdk.widgets import Advanced

_IMAGEN_RATIOS: Final = ("1:1", "16:9", "9:16", "4:3", "3:4")
# fmt: off
_NANO_RATIOS: Final = (
    "auto", "21:9", "16:9", "3:2", "4:3", "5:4", "1:1", "4:5", "3:4", "2:3", "9:16",
    "4:1", "1:4", "8:1", "1:8",
)
# fmt: on


class FalParams(BaseModel):
    """The root of all forms; what a form does not know is left out."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    @abstractmethod
    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """The body of a submit. ``images`` are ``data:`` URIs."""


class Drawing(FalParams):
    """What every model that draws from words takes."""

    prompt: Prompt
    aspect_ratio: AspectRatio = "1:1"
    image_size: ImageSize = None
    num_images: int = Field(default=1, ge=1, le=8)

    def fal_size(self) -> JsonValue:
        """Fal's ``image_size``: a preset's name, or width and height in pixels."""
        if isinstance(self.image_size, str):
            return self.image_size
        if self.image_size is None and self.aspect_ratio in ("1:1", "auto"):
            return "square_hd"
        width, height = pixels_of(self.image_size, self.aspect_ratio)
        return {"width": width, "height": height}


class Flux2Pro(Drawing):
    """``fal-ai/flux-2-pro`` and its ``/edit``."""

    output_format: Literal["jpeg", "png"] = "png"
    safety_tolerance: Annotated[Literal["1", "2", "3", "4", "5"], Advanced()] = "2"

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """One picture; with images an edit, whose size follows them unless one is given."""
        edits = bool(images) and self.image_size is None and self.aspect_ratio in ("1:1", "auto")
        body: dict[str, Any] = {
            "prompt": self.prompt,
            "image_size": "auto" if edits else self.fal_size(),
            "seed": seed,
            "output_format": self.output_format,
            "safety_tolerance": self.safety_tolerance,
        }
        return {**body, "image_urls": list(images)} if images else body


class RecraftV4(Drawing):
    """``fal-ai/recraft/v4/text-to-image``: it has neither a seed nor a choice of format."""

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """One picture; the seed cannot be told."""
        del seed, images
        return {"prompt": self.prompt, "image_size": self.fal_size()}


class Imagen4(Drawing):
    """``fal-ai/imagen4/preview``: five aspect ratios, up to four pictures."""

    most_images: ClassVar[int] = 4
    output_format: Literal["png", "jpeg", "webp"] = "png"
    resolution: Literal["1K", "2K"] = "1K"
    safety_tolerance: Annotated[Literal["1", "2", "3", "4", "5", "6"], Advanced()] = "4"

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """A size is told as the nearest aspect ratio."""
        del images
        return {
            "prompt": self.prompt,
            "aspect_ratio": nearest_ratio(self.image_size, self.aspect_ratio, _IMAGEN_RATIOS),
            "num_images": self.num_images,
            "output_format": self.output_format,
            "resolution": self.resolution,
            "safety_tolerance": self.safety_tolerance,
            "seed": seed,
        }


class NanoBanana2(Drawing):
    """``fal-ai/nano-banana-2`` and its ``/edit``."""

    most_images: ClassVar[int] = 4
    aspect_ratio: AspectRatio = "auto"
    output_format: Literal["png", "jpeg", "webp"] = "png"
    resolution: Literal["0.5K", "1K", "2K", "4K"] = "1K"
    thinking_level: Annotated[Literal["minimal", "high"] | None, Advanced()] = None
    safety_tolerance: Annotated[Literal["1", "2", "3", "4", "5", "6"], Advanced()] = "4"

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """With images an edit; ``limit_generations`` keeps the bill at what was asked."""
        body: dict[str, Any] = {
            "prompt": self.prompt,
            "aspect_ratio": nearest_ratio(self.image_size, self.aspect_ratio, _NANO_RATIOS),
            "num_images": self.num_images,
            "output_format": self.output_format,
            "resolution": self.resolution,
            "safety_tolerance": self.safety_tolerance,
            "limit_generations": True,
            "seed": seed,
        }
        if self.thinking_level is not None:
            body["thinking_level"] = self.thinking_level
        return {**body, "image_urls": list(images)} if images else body


class ImageOnly(FalParams):
    """Models that take one image and nothing else: Bria's background removal, Recraft's crisp."""

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """The image."""
        del seed
        return {"image_url": images[0]}


class Birefnet(FalParams):
    """``fal-ai/birefnet/v2``."""

    variant: Annotated[
        Literal[
            "General Use (Light)",
            "General Use (Light 2K)",
            "General Use (Heavy)",
            "Matting",
            "Portrait",
            "General Use (Dynamic)",
        ],
        Advanced(),
    ] = "General Use (Light)"
    refine_foreground: bool = True

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """A PNG with an alpha channel."""
        del seed
        return {
            "image_url": images[0],
            "model": self.variant,
            "refine_foreground": self.refine_foreground,
            "output_format": "png",
        }


class Esrgan(FalParams):
    """``fal-ai/esrgan``."""

    scale: float = Field(default=2, ge=1, le=8)
    output_format: Literal["png", "jpeg"] = "png"
    face: Annotated[bool, Field(description="Restore faces, too."), Advanced()] = False

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """The factor and the image."""
        del seed
        return {
            "image_url": images[0],
            "scale": self.scale,
            "face": self.face,
            "output_format": self.output_format,
        }


class Clarity(FalParams):
    """``fal-ai/clarity-upscaler``: adds detail, guided by words."""

    scale: float = Field(default=2, ge=1, le=4)
    prompt: Prompt = ""
    negative_prompt: Prompt = ""
    creativity: Annotated[float, Field(ge=0, le=1), Advanced()] = 0.35
    resemblance: Annotated[float, Field(ge=0, le=1), Advanced()] = 0.6

    def vendor_input(self, seed: int, images: Sequence[str]) -> dict[str, JsonValue]:
        """``scale`` is the vendor's ``upscale_factor``; blank words are left to the vendor."""
        words = {"prompt": self.prompt, "negative_prompt": self.negative_prompt}
        return {
            "image_url": images[0],
            "upscale_factor": self.scale,
            "creativity": self.creativity,
            "resemblance": self.resemblance,
            "seed": seed,
            **{name: text for name, text in words.items() if text},
        }
