"""The built-in artist as a provider: no key, no network, the same picture for the same words."""

import hashlib
from collections.abc import Mapping
from typing import Annotated, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from pixelmill.imaging.sketch import render
from pixelmill.sdk.fields import AspectRatio, ImageSize, Prompt
from pixelmill.sdk.provider import (
    Auth,
    Compute,
    Failure,
    License,
    Model,
    Price,
    Refusal,
    Reply,
    Request,
    Step,
    Ticket,
)
from pixelmill.sdk.sizes import pixels_of
from pixelmill.sdk.widgets import Advanced

_MOST_IMAGES: Final = 8
_LARGEST_SIDE: Final = 4096
_RETRY_AFTER_S: Final = 1.0
_EXPLANATIONS: Final[Mapping[Failure, str]] = {
    Failure.AUTH: "The sketch pretends that its key is wrong.",
    Failure.NO_CREDIT: "The sketch pretends that its account is empty.",
    Failure.RATE_LIMITED: "The sketch pretends to be called too often.",
    Failure.INVALID_INPUT: "The sketch pretends not to understand the parameters.",
    Failure.MODERATED: "The sketch refuses these words.",
    Failure.MODEL_GONE: "The sketch pretends to be retired.",
    Failure.TRANSIENT: "The sketch pretends to have trouble.",
    Failure.BAD_RESPONSE: "The sketch pretends to have answered nonsense.",
    Failure.LOST: "The sketch pretends to have forgotten the job.",
    Failure.UNKNOWN_AFTER_SEND: "The sketch pretends that its answer got lost.",
}


class SketchParams(BaseModel):
    """What the sketch draws, and which troubles of a real vendor it plays."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    prompt: Prompt
    negative_prompt: Prompt = ""
    aspect_ratio: AspectRatio = "1:1"
    image_size: ImageSize = None
    num_images: int = Field(default=1, ge=1, le=_MOST_IMAGES)
    output_format: Literal["png", "jpeg", "webp"] = "png"
    latency: Annotated[
        float, Field(ge=0, le=3600, description="Seconds until the picture is there."), Advanced()
    ] = 0.0
    ticket: Annotated[
        bool, Field(description="Answer with a job to ask for later, as fal does."), Advanced()
    ] = False
    failure_rate: Annotated[
        dict[Failure, Annotated[float, Field(ge=0, le=1)]],
        Field(description="How often each kind of failure happens, 0 to 1."),
        Advanced(),
    ] = Field(default_factory=dict[Failure, float])
    refuse: Annotated[
        tuple[str, ...], Field(description="Words it refuses as moderated."), Advanced()
    ] = ()


class Sketch:
    """Draws in the child pool. ``latency`` and ``failure_rate`` let batches be rehearsed."""

    name = "sketch"
    title = "Pixelmill sketch"
    base_url = ""
    auth: Auth | None = None
    hosts: tuple[str, ...] = ()
    key_page = ""
    concurrency = 64
    on_unknown: Literal["hold", "retry", "fail"] = "retry"
    models = (
        Model(
            id="sketch",
            provider="sketch",
            vendor_id="sketch",
            title="Sketch",
            task="generate",
            params=SketchParams,
            price=Price(millicredits=1000, usd=0.0),
            license=License(name="Yours: drawn by this program", commercial_use="yes"),
            node_types=("generate:sketch",),
            images_per_request=_MOST_IMAGES,
            deterministic=True,
            typical_seconds=0.3,
            verified="wire",
            note="Draws with geometry, not with a model; needs no key and no network.",
        ),
    )

    def ask(self, request: Request) -> Step:
        """A computation, a ticket for one, or a failure played by seed, prompt and attempt."""
        params = cast("SketchParams", request.params)
        refusal = _refused(params) or _played(params, request)
        if refusal is not None:
            return refusal
        work = _work(params, request.seed)
        if params.latency > 0 or params.ticket:
            return Ticket(_ticket_id(request, params), work, due_in_s=params.latency)
        return work

    def read(self, reply: Reply, request: Request) -> Step:
        """Never reached: the sketch makes no calls."""
        del reply, request
        return Refusal(Failure.BAD_RESPONSE, "The sketch makes no calls.")


def _work(params: SketchParams, seed: int) -> Compute:
    width, height = pixels_of(params.image_size, params.aspect_ratio)
    return Compute(
        render,
        {
            "prompt": params.prompt,
            "negative_prompt": params.negative_prompt,
            "seed": seed,
            "width": min(width, _LARGEST_SIDE),
            "height": min(height, _LARGEST_SIDE),
            "output_format": params.output_format,
        },
        media_type=f"image/{params.output_format}",
        count=params.num_images,
    )


def _refused(params: SketchParams) -> Refusal | None:
    text = params.prompt.casefold()
    if any(word and word.casefold() in text for word in params.refuse):
        return Refusal(Failure.MODERATED, _EXPLANATIONS[Failure.MODERATED], stage="input")
    return None


def _played(params: SketchParams, request: Request) -> Refusal | None:
    """The failure whose share of [0, 1) the request's own number falls into."""
    number = int.from_bytes(_digest(request, params)[:8], "big") / 2**64
    for failure in Failure:
        number -= params.failure_rate.get(failure, 0.0)
        if number < 0:
            return Refusal(
                failure,
                _EXPLANATIONS[failure],
                retry_after_s=_RETRY_AFTER_S if failure is Failure.RATE_LIMITED else None,
                stage="output" if failure is Failure.MODERATED else None,
                not_processed=failure is not Failure.UNKNOWN_AFTER_SEND,
            )
    return None


def _ticket_id(request: Request, params: SketchParams) -> str:
    key = hashlib.sha256(request.idempotency_key.encode() + _digest(request, params))
    return f"sketch-{key.hexdigest()[:32]}"


def _digest(request: Request, params: SketchParams) -> bytes:
    text = f"{request.seed}\n{request.attempt}\n{params.prompt}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


SKETCH: Final = Sketch()
