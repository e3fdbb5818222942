"""Reads a server's feed of events and posts each of them on, signed as a webhook."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import quote, urlsplit

import orjson

from pixelmill.cli.failures import MISUSED, REFUSED, CommandFailed
from pixelmill.delivery.signing import signature
from pixelmill.kit.backoff import delay_s
from pixelmill.kit.clock import SystemClock
from pixelmill.outbound import Door, OutboundError, OutboundReply, OutboundRequest

WAIT_S: Final = 30
_USUAL_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Listening:
    """What is followed, and to where; ``types`` are names with commas, none for all."""

    server: str
    key: str = field(repr=False)
    forward_to: str
    secret: str = field(repr=False)
    types: str = ""


async def follow_feed(door: Door, listening: Listening, say: Callable[[str], None]) -> None:
    """Forward what happens from now on until it is cancelled. Raises CommandFailed."""
    after, failures = "now", 0
    while True:
        try:
            page = await _page(door, listening, after)
        except OutboundError as error:
            failures += 1
            say(f"{listening.server} does not answer: {error}")
            await asyncio.sleep(delay_s(failures, cap=30))
            continue
        failures = 0
        for event in page["events"]:
            say(await _forward(door, listening, event))
        if after == "now":
            say(f"Listening. Events go to {listening.forward_to}")
        after = str(page["next"])


async def _page(door: Door, listening: Listening, after: str) -> dict[str, Any]:
    wait = 0 if after == "now" else WAIT_S
    types = quote(listening.types, safe=",*.")
    reply = await door.fetch(
        OutboundRequest(
            "GET",
            f"{listening.server}/api/v1/events?after={after}&wait={wait}&types={types}",
            headers={"Authorization": f"Bearer {listening.key}"},
            deadline_s=WAIT_S + 15,
            open_hosts=_open(listening.server),
        )
    )
    return _read(reply, listening.server)


def _read(reply: OutboundReply, server: str) -> dict[str, Any]:
    try:
        told = cast("dict[str, Any]", orjson.loads(reply.body))
    except orjson.JSONDecodeError:
        raise CommandFailed(f"{server} is no Pixelmill server (status {reply.status}).") from None
    if reply.status == 200 and "events" in told:
        return told
    code = REFUSED if reply.status in (401, 403) else MISUSED
    raise CommandFailed(f"{server} refused: {told.get('detail', reply.status)}", code)


async def _forward(door: Door, listening: Listening, event: dict[str, Any]) -> str:
    """Post one event; answers the line that tells of it."""
    body = orjson.dumps({name: event[name] for name in ("id", "type", "createdAt", "data")})
    now_s = SystemClock().now_ms() // 1000
    request = OutboundRequest(
        "POST",
        listening.forward_to,
        headers={
            "Content-Type": "application/json",
            "webhook-id": event["id"],
            "webhook-timestamp": str(now_s),
            "webhook-signature": signature([listening.secret], event["id"], now_s, body.decode()),
        },
        body=body,
        deadline_s=15,
        max_redirects=0,
        open_hosts=_open(listening.forward_to),
    )
    try:
        answer = str((await door.fetch(request)).status)
    except OutboundError as error:
        answer = str(error)
    return f"{event['createdAt']}  {event['type']:<22} {event['id']}  {answer}"


def _open(url: str) -> frozenset[tuple[str, int]]:
    """The address itself, since the person at this machine named it. Raises CommandFailed."""
    try:
        parts = urlsplit(url)
        port = parts.port or _USUAL_PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise CommandFailed(f"{url} is no http:// or https:// address.") from None
    return frozenset({(parts.hostname or "", port)})
