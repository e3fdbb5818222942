"""A small engine for tests: makes a provider's calls through the door until it has pictures."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

import orjson

from pixelmill.outbound import (
    Door,
    FilePart,
    OutboundReply,
    OutboundRequest,
)
from pixelmill.sdk.provider import (
    Call,
    InputImage,
    Pictures,
    Provider,
    Refusal,
    Reply,
    Request,
    Ticket,
)
from pixelmill.sdk.values import JsonValue

_KEY = "test-key"


class Rehearsal:
    """Plays requests of one provider against a base URL."""

    def __init__(
        self, provider: Provider, door: Door, base_url: str, deadline_s: float = 3
    ) -> None:
        self.provider = provider
        self.door = door
        self.base_url = base_url
        self.deadline_s = deadline_s
        self.tickets: list[Ticket] = []

    async def play(self, request: Request) -> Pictures | Refusal:
        """Ask, call, read, and wait, until the provider is done. Raises OutboundError."""
        step = self.provider.ask(request)
        while not isinstance(step, Pictures | Refusal):
            if isinstance(step, Ticket):
                self.tickets.append(step)
                await asyncio.sleep(min(step.due_in_s, 0.05))
                step = step.next
            assert isinstance(step, Call)
            answer = await self.make(step)
            reply = Reply(step, answer.status, answer.headers, answer.body)
            step = self.provider.read(reply, request)
        return step

    async def make(self, call: Call) -> OutboundReply:
        """One call, with the key, never following a redirect."""
        url = call.url if "://" in call.url else f"{self.base_url}{call.url}"
        auth: Mapping[str, str] = {}
        if self.provider.auth is not None:
            value = self.provider.auth.template.replace("{key}", _KEY)
            auth = {self.provider.auth.header: value}
        return await self.door.fetch(
            OutboundRequest(
                call.method,
                url,
                headers={**call.headers, **auth},
                json=None if call.json is None else orjson.dumps(call.json),
                form=tuple((name, _part(value)) for name, value in call.form),
                deadline_s=self.deadline_s,
                max_bytes=1 << 20,
                max_redirects=0,
                open_hosts=self._open(),
            )
        )

    async def fetch_picture(self, url: str) -> OutboundReply:
        """A result's picture, without the key."""
        return await self.door.fetch(
            OutboundRequest(
                "GET", url, deadline_s=self.deadline_s, max_bytes=1 << 20, open_hosts=self._open()
            )
        )

    def _open(self) -> frozenset[tuple[str, int]]:
        parts = urlsplit(self.base_url)
        return frozenset({(parts.hostname or "", parts.port or 80)})


def request_of(
    provider: Provider, model_id: str, key: str = "key-1", images: int = 0, **params: JsonValue
) -> Request:
    """A request with validated parameters."""
    model = next(model for model in provider.models if model.id == model_id)
    image = InputImage(b"\x89PNG", "image/png")
    return Request(model, model.params.model_validate(params), 7, (image,) * images, key)


def _part(value: str | InputImage) -> str | FilePart:
    return value if isinstance(value, str) else FilePart(value.data, value.media_type)
