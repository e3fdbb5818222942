"""The guarded HTTP door: checks every address, bounds every reply, follows redirects itself."""

import asyncio
import zlib
from collections.abc import Mapping
from contextvars import ContextVar
from types import TracebackType
from typing import Self

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    InvalidURL,
    TCPConnector,
)
from aiohttp.connector import Connection

from pixelmill.outbound.bodies import encoded, read_capped
from pixelmill.outbound.errors import ConnectionFailed, Refused, TimedOut
from pixelmill.outbound.messages import OutboundReply, OutboundRequest
from pixelmill.outbound.redirects import Hop, next_hop
from pixelmill.outbound.resolver import PublicResolver
from pixelmill.outbound.targets import HostPort, Target, admit, is_open, plain_host, read_target

_POOL_LIMIT = 1_000
# Common servers drop idle connections after 5 s. Leaving first keeps a paid POST from being
# written into a connection that the other side is closing.
_KEEPALIVE_S = 4.0
_NO_TIMEOUT = ClientTimeout(total=None, connect=None, sock_connect=None, sock_read=None)


class _Sending:
    """Whether the current request may have left this machine."""

    __slots__ = ("sent",)

    def __init__(self) -> None:
        self.sent = False


_sending: ContextVar[_Sending] = ContextVar("sending")


class _MarkedRequest(ClientRequest):
    """Notes the moment from which the other side may have seen the request."""

    async def send(self, conn: Connection) -> ClientResponse:
        _sending.get().sent = True
        return await super().send(conn)


class Door:
    """Makes HTTP calls to public addresses, and to the (host, port) pairs an operator opened.

    Two connection pools: one that can reach public addresses only, and one for opened pairs, so
    that a kept connection never serves a request that was not allowed to make it.
    """

    def __init__(self, allow: frozenset[HostPort] = frozenset()) -> None:
        self._allow = frozenset((plain_host(host), port) for host, port in allow)
        self._public: ClientSession | None = None
        self._open: ClientSession | None = None

    async def start(self) -> None:
        """Create the pools; idempotent. Must run in the event loop that will fetch."""
        if self._public is None:
            self._public = _session(
                TCPConnector(
                    resolver=PublicResolver(),
                    limit=_POOL_LIMIT,
                    keepalive_timeout=_KEEPALIVE_S,
                )
            )
            self._open = _session(TCPConnector(limit=_POOL_LIMIT, keepalive_timeout=_KEEPALIVE_S))

    async def close(self) -> None:
        """Close every connection."""
        for session in (self._public, self._open):
            if session is not None:
                await session.close()
        self._public = self._open = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        await self.close()

    def check(self, url: str, open_hosts: frozenset[HostPort] = frozenset()) -> None:
        """Raise Refused when ``url`` can be seen to be forbidden without looking its name up."""
        target = read_target(url)
        if not is_open(target, self._allow, open_hosts):
            admit(target)

    async def fetch(self, request: OutboundRequest) -> OutboundReply:
        """Make one call. Raises Refused, TimedOut, TooLarge or ConnectionFailed.

        After ``max_redirects`` redirects the redirect itself is the reply. A request with a body
        is not carried to another origin: there, too, the redirect is the reply.
        """
        await self.start()
        sending = _Sending()
        token = _sending.set(sending)
        try:
            async with asyncio.timeout(request.deadline_s):
                return await self._follow(request)
        except TimeoutError as error:
            message = f"No whole reply within {request.deadline_s:g} s."
            raise TimedOut(message, sent=sending.sent) from error
        except ClientConnectorError as error:
            raise ConnectionFailed("The connection could not be made.", sent=False) from error
        except InvalidURL as error:
            raise Refused(Refused.INNER) from error
        except (ClientError, OSError, zlib.error) as error:
            message = f"The connection broke ({type(error).__name__})."
            raise ConnectionFailed(message, sent=sending.sent) from error
        finally:
            _sending.reset(token)

    async def _follow(self, request: OutboundRequest) -> OutboundReply:
        hop = Hop(read_target(request.url), request.method, request.headers, carries_body=True)
        for left in range(request.max_redirects, -1, -1):
            session = self._session_for(hop.target, request.open_hosts)
            async with session.request(
                hop.method,
                hop.target.url,
                data=encoded(request) if hop.carries_body else None,
                headers=_headers(hop, request),
                allow_redirects=False,
            ) as response:
                location = response.headers.get("Location")
                following = next_hop(hop, response.status, location) if left else None
                if following is None:
                    return await _reply(response, request.max_bytes)
                hop = following
        raise AssertionError("the last round always returns")

    def _session_for(self, target: Target, open_hosts: frozenset[HostPort]) -> ClientSession:
        opened = is_open(target, self._allow, open_hosts)
        if not opened:
            admit(target)
        session = self._open if opened else self._public
        if session is None:
            raise ConnectionFailed("The door is closed.", sent=False)
        return session


def _session(connector: TCPConnector) -> ClientSession:
    return ClientSession(
        connector=connector,
        cookie_jar=DummyCookieJar(),
        trust_env=False,
        auto_decompress=False,
        timeout=_NO_TIMEOUT,
        request_class=_MarkedRequest,
        read_bufsize=256 * 1024,
        headers={"Accept-Encoding": "identity", "User-Agent": "Pixelmill"},
    )


def _headers(hop: Hop, request: OutboundRequest) -> Mapping[str, str]:
    if hop.carries_body and request.json is not None:
        return {"Content-Type": "application/json", **hop.headers}
    return hop.headers


async def _reply(response: ClientResponse, max_bytes: int) -> OutboundReply:
    body = await read_capped(response, max_bytes)
    headers: dict[str, str] = {}
    for name, value in response.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return OutboundReply(response.status, headers, body, str(response.url))
