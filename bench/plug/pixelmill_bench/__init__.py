"""A vendor that costs nothing and answers each POST with a picture: our own work remains."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pixelmill.sdk.provider import (
    Call,
    Failure,
    License,
    Model,
    Picture,
    Pictures,
    Price,
    Refusal,
    Reply,
    Request,
)


class Params(BaseModel):
    """What is sent along."""

    model_config = ConfigDict(extra="ignore")
    prompt: str


def _model(task: Literal["generate", "edit"]) -> Model:
    return Model(
        id=f"bench-{task}",
        provider="bench",
        vendor_id=f"bench-{task}",
        title=f"Bench {task}",
        task=task,
        params=Params,
        price=Price(millicredits=0, usd=0.01),
        license=License("none"),
        node_types=(f"{task}:bench",),
        max_references=1 if task == "edit" else 0,
    )


@dataclass(frozen=True)
class Vendor:
    """Its base URL is set by PIXELMILL_PROVIDER_BENCH_BASE_URL."""

    name: str = "bench"
    title: str = "Bench"
    base_url: str = "http://127.0.0.1:1"
    auth: None = None
    hosts: tuple[str, ...] = ()
    key_page: str = ""
    concurrency: int = 1000
    on_unknown: Literal["hold", "retry", "fail"] = "retry"
    models: tuple[Model, ...] = (_model("generate"), _model("edit"))

    def ask(self, request: Request) -> Call:
        """One POST; unpaid, so that no attempt is written before it is sent."""
        prompt = request.params.model_dump()["prompt"]
        return Call("POST", "/draw", "submit", json={"prompt": prompt, "seed": request.seed})

    def read(self, reply: Reply, request: Request) -> Pictures | Refusal:
        """The body is the picture."""
        del request
        if reply.status != 200:
            return Refusal(Failure.BAD_RESPONSE, f"The vendor answered {reply.status}.")
        return Pictures((Picture(data=reply.body, media_type="image/png"),))


VENDOR = Vendor()
