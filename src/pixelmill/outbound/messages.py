"""What goes out through the door, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file of a multipart form."""

    data: bytes
    media_type: str
    filename: str = "file"


@dataclass(frozen=True, slots=True)
class OutboundRequest:
    """One HTTP request with its limits.

    At most one of ``json`` (encoded bytes), ``form`` (multipart fields) and ``body`` is given.
    ``deadline_s`` covers everything: name, connection, redirects, last byte. ``max_bytes`` bounds
    the reply's body after decompression. ``open_hosts`` are (host, port) pairs that this request
    may reach although they are private or on an unusual port.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    json: bytes | None = None
    form: tuple[tuple[str, str | FilePart], ...] = ()
    body: bytes | None = None
    deadline_s: float = 120.0
    max_bytes: int = 64 * 1024 * 1024
    max_redirects: int = 3
    open_hosts: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class OutboundReply:
    """A whole reply. ``headers`` are lower-case; ``url`` is where the last redirect led."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
