"""A vendor on loopback: answers every POST with a ready-made PNG, after ``--latency`` seconds."""

import argparse
import asyncio
from typing import cast

import uvloop

from bench.pictures import drawing, numbered, photo

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: %d\r\n\r\n"
LENGTH = b"content-length:"


class Vendor(asyncio.Protocol):
    """One kept connection, read by hand: the vendor must not be what is measured."""

    served = 0

    def __init__(self, picture: bytes, latency_s: float, *, unique: bool) -> None:
        self._picture = picture
        self._whole = HEAD % len(picture) + picture
        self._latency_s = latency_s
        self._unique = unique
        self._pending = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is whole."""
        self._pending += data
        while True:
            end = self._pending.find(b"\r\n\r\n")
            if end < 0:
                return
            head = self._pending[:end].lower()
            at = head.find(LENGTH)
            length = 0
            if at >= 0:
                length = int(head[at + len(LENGTH) :].split(b"\r\n", 1)[0])
            if len(self._pending) < end + 4 + length:
                return
            self._pending = self._pending[end + 4 + length :]
            if self._latency_s:
                asyncio.get_running_loop().call_later(self._latency_s, self._answer)
            else:
                self._answer()

    def _answer(self) -> None:
        Vendor.served += 1
        if self._transport.is_closing():
            return
        if self._unique:
            picture = numbered(self._picture, Vendor.served)
            self._transport.write(HEAD % len(picture) + picture)
        else:
            self._transport.write(self._whole)


async def serve(picture: bytes, latency_s: float, *, unique: bool) -> None:
    """Print the port, then serve until killed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Vendor(picture, latency_s, unique=unique), "127.0.0.1", 0, backlog=1024
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main() -> None:
    """Serve as the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--latency", type=float, default=0.0)
    parser.add_argument("--unique", action="store_true")
    parser.add_argument("--photo", action="store_true")
    told = parser.parse_args()
    picture = photo() if told.photo else drawing()
    uvloop.run(serve(picture, told.latency, unique=told.unique))


if __name__ == "__main__":
    main()
