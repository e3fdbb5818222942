"""Replies with an ETag: a client that has the same bytes is told so instead of sent them."""

from hashlib import blake2b

from starlette.requests import Request
from starlette.responses import Response


def tagged_reply(request: Request, body: bytes) -> Response:
    """The body with its tag, or 304 for a client whose If-None-Match has it (RFC 9110)."""
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if matches(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def matches(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match names this tag; weak and strong spellings are alike here."""
    if header is None:
        return False
    given = [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in given or "*" in given
