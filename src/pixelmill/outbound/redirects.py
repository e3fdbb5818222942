"""Decides what a redirect may carry on, and to where."""

from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from pixelmill.outbound.errors import Refused
from pixelmill.outbound.targets import Target, read_target

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEPS_METHOD = frozenset({307, 308})
_CARRIED = frozenset({"accept", "accept-language", "user-agent"})


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a chain of redirects. ``carries_body``: the original body goes along."""

    target: Target
    method: str
    headers: Mapping[str, str]
    carries_body: bool


def next_hop(hop: Hop, status: int, location: str | None) -> Hop | None:
    """The request a reply redirects to, or None when the reply is the end of the chain.

    Another origin gets no header of ours but Accept and User-Agent, whatever the vendor calls its
    key header, and never a body. Raises Refused when the location is not an http(s) URL.
    """
    if status not in _REDIRECTS or not location:
        return None
    try:
        joined = str(hop.target.url.join(URL(location)))
    except ValueError as error:
        raise Refused("The reply redirects to something that is not a URL.") from error
    target = read_target(joined)
    same_origin = target.origin == hop.target.origin
    carries_body = hop.carries_body and status in _KEEPS_METHOD
    if carries_body and not same_origin:
        return None
    method = hop.method if status in _KEEPS_METHOD or hop.method == "HEAD" else "GET"
    headers = hop.headers if same_origin else _harmless(hop.headers)
    return Hop(target, method, headers, carries_body)


def _harmless(headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name.lower() in _CARRIED}
