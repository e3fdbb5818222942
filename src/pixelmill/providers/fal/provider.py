"""fal's queue as a provider: submit, poll the address it names, fetch the result."""

import base64
from typing import Final, Literal, cast

from pixelmill.providers.fal import replies
from pixelmill.providers.fal.models import MODELS
from pixelmill.providers.fal.params import FalParams
from pixelmill.sdk.provider import Auth, Call, Failure, InputImage, Refusal, Reply, Request, Step

_SUBMIT_TIMEOUT_S: Final = 60.0


class Fal:
    """https://fal.ai/docs/api-reference/inference-api; facts as of 2026-11.

    A lost answer to a submit may have been paid and cannot be looked up: it is held for review.
    """

    name = "fal"
    title = "fal"
    base_url = "https://queue.fal.run"
    auth: Auth | None = Auth("authorization", "Key {key}")
    hosts: tuple[str, ...] = ("queue.fal.run", "queue.falrun.com")
    key_page = "https://fal.ai/dashboard/keys"
    concurrency = 10
    on_unknown: Literal["hold", "retry", "fail"] = "hold"
    models = MODELS

    def ask(self, request: Request) -> Step:
        """The submit call; images travel inside it as ``data:`` URIs."""
        model = request.model
        if model.needs_reference and not request.images:
            return Refusal(Failure.INVALID_INPUT, f"{model.title} needs an image.")
        images = request.images[: model.max_references]
        path = model.vendor_id
        if images and model.task == "generate":
            path = f"{path}/edit"
        params = cast("FalParams", request.params)
        return Call(
            "POST",
            f"/{path}",
            "submit",
            json=params.vendor_input(request.seed, [_data_uri(image) for image in images]),
            paid=True,
            timeout_s=_SUBMIT_TIMEOUT_S,
        )

    def read(self, reply: Reply, request: Request) -> Step:
        """A ticket, its next call, the pictures, or a refusal."""
        del request
        match reply.call.purpose:
            case "submit":
                return replies.read_submit(reply)
            case "poll":
                return replies.read_poll(reply)
            case "cancel":
                return replies.read_cancel(reply)
            case "result":
                return replies.read_result(reply)


def _data_uri(image: InputImage) -> str:
    return f"data:{image.media_type};base64,{base64.b64encode(image.data).decode('ascii')}"


FAL: Final = Fal()
