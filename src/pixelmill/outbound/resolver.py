"""Looks names up and hands over public addresses only, so that what was checked is connected."""

import asyncio
import socket

from aiohttp.abc import AbstractResolver, ResolveResult

from pixelmill.outbound.addresses import is_public_text
from pixelmill.outbound.errors import Refused


class PublicResolver(AbstractResolver):
    """The connector connects to exactly the addresses returned here, without a second look-up."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Public addresses of ``host``. Raises Refused when it has inner ones only, or OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG
        )
        public = [
            _result(host, port, kind, str(address[0]))
            for kind, _, _, _, address in found
            if is_public_text(str(address[0]))
        ]
        if not public:
            raise Refused(Refused.INNER)
        return public

    async def close(self) -> None:
        """Nothing is held."""


def _result(name: str, port: int, family: int, address: str) -> ResolveResult:
    return ResolveResult(
        hostname=name,
        host=address,
        port=port,
        family=family,
        proto=0,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )
