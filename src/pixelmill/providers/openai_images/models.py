"""OpenAI's image models with their forms, and one row for whatever a compatible server runs."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from pixelmill.sdk.fields import AspectRatio, ImageSize, Prompt
from pixelmill.sdk.provider import License, Model, Price
from pixelmill.sdk.sizes import pixels_of
from pixelmill.sdk.values import JsonValue
from pixelmill.sdk.widgets import Advanced

COMPATIBLE: Final = "openai-compatible"
_STEP: Final = 16
_MOST_IMAGES: Final = 8


class _Drawing(BaseModel):
    """What every model of this API takes."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    prompt: Prompt
    aspect_ratio: AspectRatio = "1:1"
    image_size: ImageSize = None
    num_images: int = Field(default=1, ge=1, le=_MOST_IMAGES)

    def size(self, *, edits: bool) -> str:
        """``WxH`` in steps of 16 px; ``auto`` for an edit without a wish, and for ``auto``."""
        free = "auto" in (self.aspect_ratio, "auto" if edits and self.aspect_ratio == "1:1" else "")
        if self.image_size is None and free:
            return "auto"
        width, height = pixels_of(self.image_size, self.aspect_ratio)
        return f"{_in_steps(width)}x{_in_steps(height)}"


class GptImage(_Drawing):
    """OpenAI's ``gpt-image`` models: no seed, several qualities."""

    quality: Literal["low", "medium", "high", "auto"] = "medium"
    output_format: Literal["png", "jpeg", "webp"] = "png"
    background: Literal["auto", "transparent", "opaque"] = "auto"
    moderation: Annotated[Literal["auto", "low"], Advanced()] = "auto"

    def vendor_input(self, vendor_id: str, seed: int, *, edits: bool) -> dict[str, JsonValue]:
        """The fields of a generation or an edit; what is left to the vendor is not sent."""
        del seed
        wishes = {"background": self.background, "moderation": self.moderation}
        return {
            "model": vendor_id,
            "prompt": self.prompt,
            "n": self.num_images,
            "size": self.size(edits=edits),
            "quality": self.quality,
            "output_format": self.output_format,
            **{name: wish for name, wish in wishes.items() if wish != "auto"},
        }


class Compatible(_Drawing):
    """Any compatible server; parameters it alone knows are passed on as they are."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    vendor_model: Annotated[
        str, Field(max_length=200, description="The model's name there; blank if it has one only.")
    ] = ""
    negative_prompt: Prompt = ""

    def vendor_input(self, vendor_id: str, seed: int, *, edits: bool) -> dict[str, JsonValue]:
        """The fields of a generation or an edit, then the server's own."""
        del vendor_id
        words: dict[str, Any] = {
            "model": self.vendor_model,
            "negative_prompt": self.negative_prompt,
        }
        size = self.size(edits=edits)
        return {
            **{name: text for name, text in words.items() if text},
            "prompt": self.prompt,
            "n": self.num_images,
            **({"size": size} if size != "auto" else {}),
            "response_format": "b64_json",
            "seed": seed,
            **(self.model_extra or {}),
        }


def _in_steps(side: int) -> int:
    return max(_STEP, round(side / _STEP) * _STEP)


MODELS: Final = (
    Model(
        id="gpt-image-2",
        provider="openai",
        vendor_id="gpt-image-2",
        title="GPT Image 2",
        task="generate",
        params=GptImage,
        price=Price(
            millicredits=5300,
            usd=0.053,
            table={
                "quality": {
                    "low": (600, 0.006),
                    "medium": (5300, 0.053),
                    "high": (21_000, 0.21),
                    "auto": (21_000, 0.21),
                }
            },
        ),
        license=License(
            "OpenAI's terms: the output is yours",
            "https://openai.com/policies/terms-of-use",
            "conditional",
        ),
        node_types=("generate:openai_gpt_image_2", "generate:gpt_image_2"),
        max_references=16,
        images_per_request=_MOST_IMAGES,
        typical_seconds=30,
        released_at=date(2026, 4, 21),
        verified="wire",
        note="Prices are for 1024 x 1024; that of medium quality is an estimate.",
    ),
    Model(
        id=COMPATIBLE,
        provider="openai",
        vendor_id=COMPATIBLE,
        title="OpenAI-compatible server",
        task="generate",
        params=Compatible,
        price=Price(millicredits=0, usd=0.0),
        license=License("That of the model you run"),
        node_types=("generate:openai_compatible",),
        max_references=16,
        typical_seconds=10,
        verified="doc",
        note="Set PIXELMILL_PROVIDER_OPENAI_BASE_URL to the server, with /v1 if it has that.",
    ),
)
