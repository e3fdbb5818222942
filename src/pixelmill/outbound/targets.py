"""Reads a URL and decides, before any name is looked up, whether the door may call it."""

import re
from dataclasses import dataclass
from functools import lru_cache

from yarl import URL

from pixelmill.outbound.addresses import is_public, literal
from pixelmill.outbound.errors import Refused

HostPort = tuple[str, int]
_USUAL_PORTS = frozenset({80, 443})
_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}\Z")


@dataclass(frozen=True, slots=True)
class Target:
    """A parsed URL. ``public`` is None for a name, which only the resolver can judge."""

    url: URL
    host: str
    port: int
    public: bool | None

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a key must not leave."""
        return self.url.scheme, self.host, self.port


@lru_cache(maxsize=4096)
def read_target(text: str) -> Target:
    """Parse an absolute http(s) URL. Raises Refused; looks nothing up."""
    try:
        url = URL(text)
        port = url.port
    except (ValueError, TypeError) as error:
        raise Refused("This is not a URL.") from error
    return target_of(url.with_fragment(None), port)


def target_of(url: URL, port: int | None) -> Target:
    """The checked form of an already parsed URL. Raises Refused."""
    if url.scheme not in ("http", "https") or not url.raw_host or port is None:
        raise Refused("Only http:// and https:// addresses can be called.")
    if url.raw_user is not None or url.raw_password is not None:
        raise Refused("An address must not carry a user name or password.")
    if port == 0:
        raise Refused(Refused.INNER)
    host = url.raw_host
    try:
        address = literal(host)
    except ValueError as error:
        raise Refused(Refused.INNER) from error
    if address is None and not _NAME.match(host):
        raise Refused("This is not a URL.")
    public = None if address is None else is_public(address)
    return Target(url, plain_host(host), port, public)


def plain_host(host: str) -> str:
    """One spelling per host: lower case, without a trailing dot or brackets."""
    return host.lower().rstrip(".").strip("[]")


def is_open(target: Target, *lists: frozenset[HostPort]) -> bool:
    """Whether an operator named exactly this host and port."""
    return any((target.host, target.port) in hosts for hosts in lists)


def admit(target: Target) -> None:
    """Raise Refused unless an unlisted target looks public and uses a usual port."""
    if target.public is False or target.host == "localhost":
        raise Refused(Refused.INNER)
    if target.port not in _USUAL_PORTS:
        raise Refused(Refused.INNER)
