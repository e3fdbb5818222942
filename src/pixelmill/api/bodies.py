"""Reading what a client sends: capped while it arrives, refused in words where it is no JSON."""

import re
from difflib import get_close_matches
from typing import Any, Final, TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Detail, Problem

M = TypeVar("M", bound=BaseModel)
JSON_BYTES: Final = 1 << 20
LARGE_BYTES: Final = 32 << 20
"""What execute takes: ten thousand items with long prompts."""
DEEPEST: Final = 100
_ORJSON_DEPTH: Final = 254
"""The nesting beyond which orjson refuses to write."""
_JSON_TYPE: Final = re.compile(r"application/(?:[\w.+-]+\+)?json")


class PayloadTooLarge(Problem):
    """The body is larger than this address takes. Send less at once."""

    code = "payload_too_large"
    status = 413
    title = "Payload too large"


class UnsupportedMediaType(Problem):
    """This address takes JSON. Send it with the header 'Content-Type: application/json'."""

    code = "unsupported_media_type"
    status = 415
    title = "Unsupported media type"


class InvalidJson(Problem):
    """The body is not valid JSON in UTF-8."""

    code = "invalid_json"
    status = 400
    title = "Invalid JSON"


class InvalidFields(Problem):
    """The body does not have the expected fields; see 'details'."""

    code = "invalid_field"
    status = 422
    title = "Invalid fields"


async def read_capped(request: Request, most_bytes: int) -> bytes:
    """The body. Raises PayloadTooLarge as soon as it is known to be longer than ``most_bytes``."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _too_large(most_bytes)
    chunks: list[bytes] = []
    length = 0
    async for chunk in request.stream():
        length += len(chunk)
        if length > most_bytes:
            raise _too_large(most_bytes)
        chunks.append(chunk)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def read_object(request: Request, most_bytes: int = JSON_BYTES) -> dict[str, JsonValue]:
    """The body as a JSON object; an empty body is an empty object.

    Raises PayloadTooLarge, UnsupportedMediaType, InvalidJson, InvalidFields.
    """
    data = await read_capped(request, most_bytes)
    if not data and "content-type" not in request.headers:
        return {}
    _check_type(request)
    value = parse_json(data)
    if not isinstance(value, dict):
        raise InvalidFields("The body is no JSON object. Send {…}.")
    return cast("dict[str, JsonValue]", value)


def parse_json(data: bytes) -> JsonValue:
    """A JSON value that can be kept and written again. Raises InvalidJson."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise InvalidJson(f"The body is not valid JSON in UTF-8: {error}.") from None
    if _too_deep(value):
        raise InvalidJson(f"The JSON is nested deeper than {DEEPEST} levels.")
    if b"\\u0000" in data and _has_nul(value):
        raise InvalidJson("The JSON has a text with the character U+0000, which cannot be kept.")
    return value


def fitted(model: type[M], body: dict[str, JsonValue]) -> M:
    """The body as a model. Raises InvalidFields naming every field that does not fit."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        details = [
            _detail(model, one)
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    said = "; ".join(f"{one.path}: {one.message}" for one in details[:3])
    more = f" ({len(details) - 3} more in 'details')" if len(details) > 3 else ""
    raise InvalidFields(f"The body does not fit: {said}{more}", details=details)


def _check_type(request: Request) -> None:
    given = request.headers.get("content-type", "")
    media_type, _, rest = given.partition(";")
    charset = re.search(r'charset="?([\w-]+)', rest, re.IGNORECASE)
    if _JSON_TYPE.fullmatch(media_type.strip().lower()) is None:
        raise UnsupportedMediaType(
            f"This address takes JSON, not {media_type.strip()[:60] or 'a body without a type'}. "
            "Send it with the header 'Content-Type: application/json'."
        )
    if charset and charset[1].lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"JSON is sent in UTF-8, not in {charset[1][:40]}.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("Send the body uncompressed, without 'Content-Encoding'.")


def _too_deep(value: JsonValue) -> bool:
    """Whether the value is nested beyond DEEPEST, told at the speed of orjson's own limit."""
    probe: Any = value
    for _ in range(_ORJSON_DEPTH - DEEPEST):
        probe = [probe]
    try:
        orjson.dumps(probe)
    except TypeError:
        return True
    return False


def _has_nul(value: JsonValue) -> bool:
    waiting: list[Any] = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            if "\0" in current:
                return True
        elif isinstance(current, dict):
            waiting.extend(cast("dict[str, Any]", current))
            waiting.extend(cast("dict[str, Any]", current).values())
        elif isinstance(current, list):
            waiting.extend(cast("list[Any]", current))
    return False


def _detail(model: type[BaseModel], error: ErrorDetails) -> Detail:
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] != "extra_forbidden":
        return Detail(path, f"{error['msg']}.")
    known = [field.alias or name for name, field in model.model_fields.items()]
    near = get_close_matches(str(error["loc"][-1]), known, n=1)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    return Detail(path, f"There is no such field.{hint}")


def _too_large(most_bytes: int) -> PayloadTooLarge:
    return PayloadTooLarge(
        f"The body is larger than {most_bytes:,} bytes. Send less at once.",
        extra={"limitBytes": most_bytes},
    )
