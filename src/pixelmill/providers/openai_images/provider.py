"""OpenAI's image API as a provider: one blocking, paid POST that answers with the pictures."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, Final, Literal, cast

from pixelmill.providers.openai_images.failures import fields_of, read_error, refusal_for, text_of
from pixelmill.providers.openai_images.models import COMPATIBLE, MODELS, Compatible, GptImage
from pixelmill.sdk.provider import (
    Auth,
    Call,
    Failure,
    InputImage,
    Picture,
    Pictures,
    ProviderCost,
    Refusal,
    Reply,
    Request,
    Step,
)

_TIMEOUT_S: Final = 300.0
_USD_PER_OUTPUT_TOKEN: Final = 30 / 1_000_000


class OpenAIImages:
    """https://platform.openai.com/docs/api-reference/images; facts as of 2026-11.

    Every POST carries an ``Idempotency-Key``. OpenAI does not promise to honour it, so a lost
    answer is held for review; a compatible server is the operator's own and may be asked again.
    """

    name = "openai"
    title = "OpenAI"
    base_url = "https://api.openai.com/v1"
    auth: Auth | None = Auth("authorization", "Bearer {key}")
    hosts: tuple[str, ...] = ()
    key_page = "https://platform.openai.com/api-keys"
    concurrency = 10
    on_unknown: Literal["hold", "retry", "fail"] = "hold"
    models = MODELS

    def ask(self, request: Request) -> Step:
        """A generation, or with images a multipart edit."""
        params = cast("GptImage | Compatible", request.params)
        images = request.images[: request.model.max_references]
        fields = params.vendor_input(request.model.vendor_id, request.seed, edits=bool(images))
        return Call(
            "POST",
            "/images/edits" if images else "/images/generations",
            "submit",
            json=None if images else fields,
            form=_form(fields, images) if images else (),
            headers={"Idempotency-Key": request.idempotency_key},
            paid=True,
            idempotent=request.model.id == COMPATIBLE,
            timeout_s=_TIMEOUT_S,
        )

    def read(self, reply: Reply, request: Request) -> Step:
        """The pictures, as bytes or as URLs, or a refusal."""
        if reply.status != 200:
            return refusal_for(reply)
        request_id = reply.headers.get("x-request-id")
        try:
            body = fields_of(reply.json())
            pictures = _pictures(body, request)
        except ValueError:
            return Refusal(
                Failure.BAD_RESPONSE, "The answer cannot be read.", request_id=request_id
            )
        if not pictures:
            message = read_error(reply).message or "The answer holds no picture."
            return Refusal(Failure.BAD_RESPONSE, message, request_id=request_id)
        return Pictures(pictures, request_id, _cost(body, request), note=_revised(body))


def _form(
    fields: Mapping[str, Any], images: tuple[InputImage, ...]
) -> tuple[tuple[str, str | InputImage], ...]:
    """Multipart fields; one image is ``image``, several are ``image[]``, as OpenAI's SDK sends."""
    name = "image" if len(images) == 1 else "image[]"
    return (
        *((key, str(value)) for key, value in fields.items()),
        *((name, image) for image in images),
    )


def _pictures(body: Mapping[str, Any], request: Request) -> tuple[Picture, ...]:
    """The entries of ``data`` that hold a picture. Raises ValueError for broken base64."""
    chosen = text_of(body.get("output_format")) or getattr(request.params, "output_format", "")
    media_type = f"image/{chosen}" if chosen else None
    found: list[Picture] = []
    for entry in _entries(body):
        encoded, url = text_of(entry.get("b64_json")), text_of(entry.get("url"))
        if encoded:
            found.append(Picture(data=_decoded(encoded), media_type=media_type))
        elif url.startswith(("https://", "http://")):
            found.append(Picture(url=url, media_type=media_type))
        elif url.startswith("data:"):
            found.append(Picture(data=_decoded(url.partition(",")[2]), media_type=media_type))
    return tuple(found)


def _entries(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    data = body.get("data")
    return [fields_of(entry) for entry in cast("list[Any]", data)] if isinstance(data, list) else []


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("broken base64") from error


def _cost(body: Mapping[str, Any], request: Request) -> ProviderCost | None:
    """What the reply's image tokens cost at OpenAI's list price; None where it counts none."""
    tokens = fields_of(body.get("usage")).get("output_tokens")
    if request.model.id == COMPATIBLE or not isinstance(tokens, int):
        return None
    return ProviderCost(tokens * _USD_PER_OUTPUT_TOKEN, source="reply")


def _revised(body: Mapping[str, Any]) -> str:
    """The prompt as OpenAI rewrote it, where it says so."""
    for entry in _entries(body):
        if text := text_of(entry.get("revised_prompt")):
            return text
    return ""


OPENAI: Final = OpenAIImages()
