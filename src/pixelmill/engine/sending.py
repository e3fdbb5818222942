"""Sends one call of a provider through the guarded door and says what became of it."""

from dataclasses import dataclass

import orjson

from pixelmill.engine.vendors import Vendor
from pixelmill.outbound import (
    ConnectionFailed,
    Door,
    FilePart,
    OutboundError,
    OutboundReply,
    OutboundRequest,
    TimedOut,
    TooLarge,
)
from pixelmill.sdk.provider import Call, Failure, InputImage, Refusal, Reply

REPLY_BYTES = 96 << 20
"""Base64 of several large pictures fits; a vendor that floods us is cut off."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """The call may have been processed and paid; nobody can tell from here."""

    message: str


async def send(
    door: Door, vendor: Vendor, call: Call, idempotency_key: str
) -> Reply | Refusal | InDoubt:
    """Make the call, one of the vendor's slots held while it is on the wire."""
    title = vendor.provider.title
    try:
        request = _request(vendor, call, idempotency_key)
    except ValueError as error:
        return Refusal(Failure.BAD_RESPONSE, str(error))
    try:
        async with vendor.slots:
            answer = await door.fetch(request)
    except (TimedOut, ConnectionFailed) as error:
        if error.sent and call.paid:
            return InDoubt(f"{title} took the request and did not answer: {error}")
        return Refusal(
            Failure.TRANSIENT, f"{title} cannot be reached: {error}", not_processed=not error.sent
        )
    except TooLarge as error:
        return Refusal(Failure.BAD_RESPONSE, f"{title} answered with too much: {error}")
    except OutboundError as error:
        return Refusal(Failure.BAD_RESPONSE, f"{title} cannot be called: {error}")
    return _reply(call, answer)


def _request(vendor: Vendor, call: Call, idempotency_key: str) -> OutboundRequest:
    headers = dict(vendor.headers(call))
    if call.paid and not any(name.lower() == "idempotency-key" for name in headers):
        # Vendors that do not know it ignore it; one that does, or a gateway, bills once.
        headers["idempotency-key"] = idempotency_key
    form = tuple(
        (name, FilePart(value.data, value.media_type) if isinstance(value, InputImage) else value)
        for name, value in call.form
    )
    return OutboundRequest(
        call.method,
        vendor.address(call),
        headers=headers,
        json=None if call.json is None else orjson.dumps(call.json),
        form=form,
        deadline_s=call.timeout_s,
        max_bytes=REPLY_BYTES,
        max_redirects=0,
        open_hosts=vendor.open_hosts,
    )


def _reply(call: Call, answer: OutboundReply) -> Reply:
    return Reply(call=call, status=answer.status, headers=answer.headers, body=answer.body)
