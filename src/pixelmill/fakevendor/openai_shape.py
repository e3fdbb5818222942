"""The vendor as OpenAI's image API: one blocking POST.

PNG in base64 or by URL, ``error`` objects and ``x-request-id``, as the official SDK reads them.
"""

import asyncio
import base64
import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pixelmill.fakevendor import pictures
from pixelmill.fakevendor.broken import broken
from pixelmill.fakevendor.faults import REFUSALS
from pixelmill.fakevendor.files import file_name, spoilt
from pixelmill.fakevendor.terms import Terms, new_request_id, read_fields

_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_TOKENS_PER_IMAGE = 1056
_JSON = "application/json"

_ERRORS: Mapping[str, tuple[int, str, str | None, str]] = {
    "400": (400, "invalid_request_error", "invalid_value", "Invalid size."),
    "401": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    "402": (402, "billing_error", None, "Payment required."),
    "403": (403, "invalid_request_error", None, "Your organization must be verified."),
    "404": (404, "invalid_request_error", "model_not_found", "The model does not exist."),
    "429": (429, "requests", "rate_limit_exceeded", "Rate limit reached."),
    "500": (500, "server_error", None, "The server had an error."),
    "503": (503, "server_error", None, "The engine is overloaded."),
    "locked": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "moderation": (
        400,
        "image_generation_user_error",
        "moderation_blocked",
        "Your request was rejected by the safety system.",
    ),
}


class OpenAIShape:
    """``/images/generations`` and ``/images/edits``, with or without ``/v1``."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._answered: dict[str, bytes] = {}

    def routes(self) -> Sequence[Route]:
        """Two routes under two prefixes."""
        return [
            Route(f"{prefix}/images/{kind}", self._images, methods=["POST"])
            for prefix in ("/v1", "")
            for kind in ("generations", "edits")
        ]

    async def _images(self, request: Request) -> Response:
        request_id = f"req_{new_request_id()}"
        fields = await read_fields(request)
        prompt = str((fields or {}).get("prompt") or "")
        if fields is None or not prompt:
            self._terms.note(request, "openai", request_id, 400)
            return _error("400", request_id, "prompt")
        key = request.headers.get("idempotency-key")
        if self._terms.dedupe and key and key in self._answered:
            self._terms.note(request, "openai", request_id, 200, prompt=prompt)
            return Response(self._answered[key], 200, {"x-request-id": request_id}, _JSON)
        fault = self._terms.faults.next_for(prompt)
        if fault in REFUSALS:
            reply = _refusal(fault, request_id)
            status = reply.status_code
            self._terms.note(request, "openai", request_id, status, prompt=prompt, fault=fault)
            return reply
        return await self._draw(request, request_id, fields, prompt, fault)

    async def _draw(
        self,
        request: Request,
        request_id: str,
        fields: dict[str, Any],
        prompt: str,
        fault: str | None,
    ) -> Response:
        await asyncio.sleep(self._terms.latency_s)
        count = _count(fields.get("n"))
        body = self._body(request, fields, prompt, count, fault)
        if key := request.headers.get("idempotency-key"):
            self._answered[key] = body
        self._terms.note(
            request, "openai", request_id, 200, prompt=prompt, fault=fault, billed=count
        )
        reply = broken(fault or "", body, _JSON)
        return reply or Response(body, 200, {"x-request-id": request_id}, _JSON)

    def _body(
        self, request: Request, fields: dict[str, Any], prompt: str, count: int, fault: str | None
    ) -> bytes:
        size = self._terms.pixels(_size(fields.get("size")))
        seed = fields.get("seed")
        colours = [pictures.colour_of(prompt, f"{seed}:{index}") for index in range(count)]
        if fields.get("response_format") == "url" or fault == "redirect":
            names = [file_name(colour, size, fault) for colour in colours]
            data = [{"url": f"{request.base_url}files/{name}"} for name in names]
        else:
            data = [{"b64_json": _encoded(colour, size, fault)} for colour in colours]
        tokens = _TOKENS_PER_IMAGE * count
        return orjson.dumps(
            {
                "created": 1_774_000_000,
                "background": "opaque",
                "output_format": "png",
                "quality": fields.get("quality") or "low",
                "size": f"{size[0]}x{size[1]}",
                "data": data,
                "usage": {
                    "input_tokens": len(prompt.split()),
                    "output_tokens": tokens,
                    "total_tokens": tokens + len(prompt.split()),
                    "input_tokens_details": {"text_tokens": len(prompt.split()), "image_tokens": 0},
                },
            }
        )


def _refusal(fault: str, request_id: str) -> Response:
    if fault in ("502html", "504"):
        page = "<html><body><h1>Bad gateway</h1></body></html>"
        return Response(page, int(fault[:3]), {"content-type": "text/html"})
    return _error(fault, request_id)


def _error(fault: str, request_id: str, param: str | None = None) -> Response:
    status, kind, code, message = _ERRORS[fault]
    headers = {"x-request-id": request_id}
    if fault in ("429", "503"):
        headers["retry-after"] = "1"
    error = {"message": message, "type": kind, "param": param, "code": code}
    return JSONResponse({"error": error}, status, headers)


def _encoded(colour: str, size: tuple[int, int], fault: str | None) -> str:
    return base64.b64encode(spoilt(pictures.draw(colour, *size), fault)).decode("ascii")


def _size(value: object) -> tuple[int, int] | None:
    found = _SIZE.fullmatch(str(value))
    return (int(found[1]), int(found[2])) if found else None


def _count(value: object) -> int:
    try:
        return min(max(int(str(value)), 1), 10)
    except ValueError:
        return 1
