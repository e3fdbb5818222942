"""Providers as this installation uses them: key, address, how many calls at once, and pauses."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from pixelmill.kit.clock import Clock
from pixelmill.sdk.provider import Call, Failure, Provider, Refusal

BREAK_S = 20.0
"""How long a refused key stops further calls: long enough to spare a batch, short to mend."""


@dataclass(frozen=True, slots=True)
class VendorSettings:
    """What the operator sets for one provider; ``on_unknown`` None leaves it to the provider."""

    key: str | None = None
    base_url: str | None = None
    on_unknown: Literal["hold", "retry", "fail"] | None = None


@dataclass(slots=True)
class Vendor:
    """One provider in use. ``slots`` bounds the calls on the wire at once.

    ``open_hosts`` is the host and port that an overridden base URL opens for this provider.
    """

    provider: Provider
    settings: VendorSettings
    clock: Clock
    slots: asyncio.Semaphore = field(init=False)
    open_hosts: frozenset[tuple[str, int]] = field(init=False)
    _broken: Refusal | None = None
    _broken_until: float = 0.0

    def __post_init__(self) -> None:
        self.slots = asyncio.Semaphore(self.provider.concurrency)
        self.open_hosts = _opened_by(self.settings.base_url)

    @property
    def on_unknown(self) -> Literal["hold", "retry", "fail"]:
        """What to do about a call that may have been paid.

        A server that the operator points us at is the operator's own: there a repeat under the
        same idempotency key is the better guess, while a vendor's own service decides for itself.
        """
        if self.settings.on_unknown:
            return self.settings.on_unknown
        return "retry" if self.settings.base_url else self.provider.on_unknown

    def address(self, call: Call) -> str:
        """The absolute URL of a call. Raises ValueError for a host that is not the vendor's."""
        base = (self.settings.base_url or self.provider.base_url).rstrip("/")
        if call.url.startswith("/"):
            return base + call.url
        if not self._is_own(call.url, base):
            host = urlsplit(call.url).hostname
            raise ValueError(f"{self.provider.title} points to {host}, which is not its own host.")
        return call.url

    def headers(self, call: Call) -> Mapping[str, str]:
        """The call's headers with the key."""
        auth, key = self.provider.auth, self.settings.key
        if auth is None or not key:
            return call.headers
        return {**call.headers, auth.header: auth.template.replace("{key}", key)}

    def refusal_without_call(self) -> Refusal | None:
        """Why calling is pointless now: no key, or a key refused a moment ago."""
        if self.provider.auth is not None and not self.settings.key and not self.settings.base_url:
            name = self.provider.name.upper()
            return Refusal(
                Failure.AUTH,
                f"{self.provider.title} needs a key. Set PIXELMILL_PROVIDER_{name}_KEY "
                f"(get one at {self.provider.key_page}), restart, then retry.",
                not_processed=True,
                without_call=True,
            )
        return self._broken if self.clock.monotonic() < self._broken_until else None

    def note(self, refusal: Refusal) -> None:
        """Remember a refusal that would be given to every call."""
        if refusal.failure in (Failure.AUTH, Failure.NO_CREDIT):
            self._broken = refusal
            self._broken_until = self.clock.monotonic() + BREAK_S

    def _is_own(self, url: str, base: str) -> bool:
        target, own = urlsplit(url), urlsplit(base)
        if (target.scheme, target.netloc) == (own.scheme, own.netloc):
            return True
        host = target.hostname or ""
        return target.scheme == "https" and any(
            host == allowed or (allowed.startswith("*.") and host.endswith(allowed[1:]))
            for allowed in self.provider.hosts
        )


def _opened_by(base_url: str | None) -> frozenset[tuple[str, int]]:
    if not base_url:
        return frozenset()
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return frozenset({(parts.hostname or "", port)})
