"""The models reached through fal, as rows of the catalog.

Prices: a credit is US$0.01. Where the reference lists credits per image, those are charged;
elsewhere the list price. ``note`` says which list prices nobody has confirmed.
"""

from datetime import date
from typing import Final

from pixelmill.providers.fal import params
from pixelmill.sdk.provider import License, Model, Price

_TERMS = "https://fal.ai/terms"
_UNCONFIRMED = "The vendor's list price is an estimate; set yours in models.yaml."

_DRAWING: Final = (
    Model(
        id="flux-2-pro",
        provider="fal",
        vendor_id="fal-ai/flux-2-pro",
        title="FLUX.2 Pro",
        task="generate",
        params=params.Flux2Pro,
        price=Price(millicredits=3000, usd=0.03, per="megapixel"),
        license=License("Black Forest Labs, through fal's terms", _TERMS, "conditional"),
        node_types=("generate:flux_2_pro", "generate:flux_2"),
        max_references=8,
        typical_seconds=8,
        verified="sdk",
    ),
    Model(
        id="recraft-v4",
        provider="fal",
        vendor_id="fal-ai/recraft/v4/text-to-image",
        title="Recraft V4",
        task="generate",
        params=params.RecraftV4,
        price=Price(millicredits=13_000, usd=0.04),
        license=License("Recraft, through fal's terms", _TERMS, "conditional"),
        node_types=("generate:recraft_v4",),
        typical_seconds=10,
        verified="sdk",
        note="It takes no seed: the same prompt gives another picture each time.",
    ),
    Model(
        id="imagen-4",
        provider="fal",
        vendor_id="fal-ai/imagen4/preview",
        title="Imagen 4",
        task="generate",
        params=params.Imagen4,
        price=Price(millicredits=10_000, usd=0.04, table={"resolution": {"2K": (15_000, 0.06)}}),
        license=License("Google, through fal's terms", _TERMS, "conditional"),
        node_types=("generate:imagen4",),
        images_per_request=params.Imagen4.most_images,
        typical_seconds=10,
        deprecated_at=date(2026, 6, 15),
        replacement="nano-banana-2.1",
        verified="sdk",
        note="Retired at Google on 2026-08-17; fal still lists it. It may stop answering any day.",
    ),
    Model(
        id="nano-banana-2",
        provider="fal",
        vendor_id="fal-ai/nano-banana-2",
        title="Nano Banana 2",
        task="generate",
        params=params.NanoBanana2,
        price=Price(
            millicredits=8000,
            usd=0.08,
            table={
                "resolution": {
                    "0.5K": (6000, 0.06),
                    "2K": (12_000, 0.12),
                    "4K": (16_000, 0.16),
                }
            },
        ),
        license=License("Google, through fal's terms", _TERMS, "conditional"),
        node_types=("generate:nano_banana_2",),
        max_references=14,
        images_per_request=params.NanoBanana2.most_images,
        typical_seconds=12,
        released_at=date(2026, 5, 28),
        deprecated_at=date(2026, 10, 6),
        replacement="nano-banana-2.1",
        verified="sdk",
        note="Deprecated by Google on 2026-10-06 without a date for its end.",
    ),
)

_BACKGROUND: Final = (
    Model(
        id="bria-background",
        provider="fal",
        vendor_id="fal-ai/bria/background/remove",
        title="Bria background removal",
        task="remove_background",
        params=params.ImageOnly,
        price=Price(millicredits=7000, usd=0.018),
        license=License("Bria, through fal's terms", _TERMS, "conditional"),
        max_references=1,
        needs_reference=True,
        typical_seconds=4,
        verified="sdk",
        note=_UNCONFIRMED,
    ),
    Model(
        id="birefnet",
        provider="fal",
        vendor_id="fal-ai/birefnet/v2",
        title="BiRefNet background removal",
        task="remove_background",
        params=params.Birefnet,
        price=Price(millicredits=6000, usd=0.01),
        license=License("MIT (weights); fal's terms (service)", _TERMS, "yes"),
        max_references=1,
        needs_reference=True,
        typical_seconds=3,
        verified="sdk",
        note=_UNCONFIRMED,
    ),
)

_UPSCALING: Final = (
    Model(
        id="esrgan",
        provider="fal",
        vendor_id="fal-ai/esrgan",
        title="Real-ESRGAN",
        task="upscale",
        params=params.Esrgan,
        price=Price(millicredits=1000, usd=0.01),
        license=License("BSD-3-Clause (weights); fal's terms (service)", _TERMS, "yes"),
        max_references=1,
        needs_reference=True,
        deterministic=True,
        typical_seconds=4,
        verified="sdk",
        note=_UNCONFIRMED,
    ),
    Model(
        id="clarity-upscaler",
        provider="fal",
        vendor_id="fal-ai/clarity-upscaler",
        title="Clarity upscaler",
        task="upscale",
        params=params.Clarity,
        price=Price(millicredits=3000, usd=0.03, per="megapixel"),
        license=License("fal's terms", _TERMS, "conditional"),
        max_references=1,
        needs_reference=True,
        typical_seconds=25,
        verified="sdk",
        note=_UNCONFIRMED,
    ),
    Model(
        id="recraft-crisp-upscale",
        provider="fal",
        vendor_id="fal-ai/recraft/upscale/crisp",
        title="Recraft crisp upscale",
        task="upscale",
        params=params.ImageOnly,
        price=Price(millicredits=400, usd=0.004),
        license=License("Recraft, through fal's terms", _TERMS, "conditional"),
        max_references=1,
        needs_reference=True,
        typical_seconds=6,
        verified="sdk",
        note="The vendor chooses the size of the result.",
    ),
)

MODELS: Final = (*_DRAWING, *_BACKGROUND, *_UPSCALING)
