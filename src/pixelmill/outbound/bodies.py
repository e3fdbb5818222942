"""Turns request bodies into aiohttp's, and reads reply bodies under a byte cap."""

import zlib

from aiohttp import ClientResponse, FormData

from pixelmill.outbound.errors import TooLarge
from pixelmill.outbound.messages import FilePart, OutboundRequest


def encoded(request: OutboundRequest) -> bytes | FormData | None:
    """The body to send. A form is built anew on each call, since aiohttp consumes it."""
    if request.form:
        form = FormData(default_to_multipart=True)
        for name, value in request.form:
            if isinstance(value, FilePart):
                form.add_field(
                    name, value.data, content_type=value.media_type, filename=value.filename
                )
            else:
                form.add_field(name, value)
        return form
    return request.json if request.json is not None else request.body


async def read_capped(response: ClientResponse, max_bytes: int) -> bytes:
    """The decoded body, at most ``max_bytes``. Raises TooLarge as soon as more is known of."""
    length = response.content_length
    if length is not None and length > max_bytes:
        raise TooLarge(f"The reply announces {length} bytes; {max_bytes} are allowed.")
    if length is not None:
        raw = await response.read()
    else:
        raw = await _read_stream(response, max_bytes)
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("gzip", "x-gzip", "deflate") and raw:
        return _inflated(raw, max_bytes)
    return raw


async def _read_stream(response: ClientResponse, max_bytes: int) -> bytes:
    kept = bytearray()
    while chunk := await response.content.readany():
        kept += chunk
        if len(kept) > max_bytes:
            raise TooLarge(f"The reply is longer than the {max_bytes} bytes allowed.")
    return bytes(kept)


def _inflated(raw: bytes, max_bytes: int) -> bytes:
    """Gzip or zlib data inflated, never beyond ``max_bytes`` in memory."""
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
    body = inflater.decompress(raw, max_bytes + 1)
    if len(body) > max_bytes:
        raise TooLarge(f"The reply inflates to more than the {max_bytes} bytes allowed.")
    return body
