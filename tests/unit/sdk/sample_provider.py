"""A provider of three models that draws nothing, for tests of registries."""

from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from pixelmill.sdk.provider import (
    Auth,
    Call,
    Failure,
    License,
    Model,
    Price,
    Refusal,
    Reply,
    Request,
    Step,
)


class FluxParams(BaseModel):
    """What the sample flux takes."""

    prompt: str
    aspect_ratio: Literal["1:1", "16:9"] = "16:9"
    guidance_scale: Annotated[float, Field(ge=1, le=20, description="How strictly.")] = 3.5


class UpscaleParams(BaseModel):
    """What the sample upscaler takes."""

    scale: Literal[2, 4] = 2
    creativity: float = 0.35


def model(id: str, **changes: Any) -> Model:
    """A model row with the rest filled in."""
    row: dict[str, Any] = {
        "provider": "sample",
        "vendor_id": f"sample/{id}",
        "title": id.replace("-", " ").title(),
        "task": "generate",
        "params": FluxParams,
        "price": Price(5000, 0.05),
        "license": License("Sample"),
    }
    return Model(id, **{**row, **changes})


FLUX = model("flux-2-pro", node_types=("generate:flux_2_pro", "generate:flux2pro"))
EDITOR = model(
    "flux-2-edit", node_types=("generate:flux_2_edit",), max_references=4, needs_reference=True
)
UPSCALER = model(
    "clarity", task="upscale", params=UpscaleParams, node_types=("edit:clarity_upscaler",)
)


@dataclass(frozen=True)
class SampleProvider:
    """A vendor with one route."""

    name: str = "sample"
    title: str = "Sample"
    base_url: str = "https://api.sample.example"
    auth: Auth | None = field(default_factory=Auth)
    hosts: tuple[str, ...] = ()
    key_page: str = "https://sample.example/keys"
    concurrency: int = 2
    on_unknown: Literal["hold", "retry", "fail"] = "hold"
    models: tuple[Model, ...] = (FLUX, EDITOR, UPSCALER)

    def ask(self, request: Request) -> Step:
        """One paid call."""
        body = request.params.model_dump(mode="json")
        return Call("POST", f"/{request.model.vendor_id}", "submit", json=body, paid=True)

    def read(self, reply: Reply, request: Request) -> Step:
        """Never a picture."""
        return Refusal(Failure.BAD_RESPONSE, f"The vendor said {reply.status}.")


sample = SampleProvider()
