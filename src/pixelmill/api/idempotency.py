"""The Idempotency-Key of a request, and the fingerprint that a replay must have too."""

import re
from typing import Final

from starlette.requests import Request

from pixelmill.api.routes import Query
from pixelmill.domain.values import JsonValue
from pixelmill.kit.canonical import digest
from pixelmill.kit.problems import Problem

HEADER: Final = "idempotency-key"
KEY_HEADER: Final = Query(
    "Idempotency-Key",
    "1 to 255 visible ASCII characters. The same key with the same request gives the first answer "
    "again for 24 hours.",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "header",
)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")


class InvalidIdempotencyKey(Problem):
    """An Idempotency-Key is 1 to 255 visible ASCII characters, bare or in double quotes."""

    code = "invalid_idempotency_key"
    status = 400
    title = "Invalid idempotency key"


def idempotency_key(request: Request) -> str | None:
    """The request's key, if it has one; quoted and bare spellings are the same key.

    The quoted form is a structured-field string (RFC 9651), as in the IETF draft
    idempotency-key-header. Raises InvalidIdempotencyKey.
    """
    given = request.headers.getlist(HEADER)
    if not given:
        return None
    if len(given) > 1:
        raise InvalidIdempotencyKey("Send one Idempotency-Key, not several.")
    key = given[0].strip()
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = re.sub(r'\\(["\\])', r"\1", key[1:-1])
    if _KEY.fullmatch(key) is None:
        raise InvalidIdempotencyKey
    return key


def fingerprint(request: Request, body: JsonValue) -> str:
    """What makes two requests the same: method, path and the meaning of the body."""
    return digest([request.method, request.url.path, body])
