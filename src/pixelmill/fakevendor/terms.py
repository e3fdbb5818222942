"""What all shapes of the vendor share: knobs, log, and the reading of a request."""

import uuid
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any, cast

import orjson
from starlette.requests import Request

from pixelmill.fakevendor.calls import CallLog
from pixelmill.fakevendor.faults import FaultPlan

_DEFAULT_SIZE = (1024, 1024)
_KEY_HEADERS = ("authorization", "x-key", "x-api-key", "x-goog-api-key")


@dataclass(frozen=True, slots=True)
class Terms:
    """The knobs of one vendor, and where it writes what happened."""

    latency_s: float
    dedupe: bool
    size: tuple[int, int] | None
    log: CallLog
    faults: FaultPlan

    def pixels(self, asked: tuple[int, int] | None) -> tuple[int, int]:
        """The size of the pictures of a call."""
        return self.size or asked or _DEFAULT_SIZE

    def note(
        self,
        request: Request,
        kind: str,
        request_id: str,
        status: int,
        *,
        prompt: str = "",
        fault: str | None = None,
        billed: int = 0,
    ) -> None:
        """Write one line of the log."""
        self.log.note(
            kind=kind,
            method=request.method,
            path=request.url.path,
            prompt=prompt,
            idempotency_key=request.headers.get("idempotency-key"),
            request_id=request_id,
            authorized=any(name in request.headers for name in _KEY_HEADERS),
            fault=fault,
            status=status,
            billed=billed,
        )


def new_request_id() -> str:
    """As fal and OpenAI number calls: a random UUID."""
    return str(uuid.uuid4())


async def read_fields(request: Request) -> dict[str, Any] | None:
    """The fields of a JSON or multipart body, files left out; None when it cannot be read."""
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        return _multipart(content_type, body)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return cast("dict[str, Any]", document) if isinstance(document, dict) else None


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    fields: dict[str, Any] = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + body).iter_parts():
        name = part.get_param("name", header="content-disposition")
        if isinstance(name, str) and part.get_filename() is None:
            payload = cast("bytes", part.get_payload(decode=True))
            fields[name] = payload.decode("utf-8", "replace")
    return fields
