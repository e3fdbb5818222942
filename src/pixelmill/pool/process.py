"""One child process as its parent sees it: started, given a task, killed."""

import asyncio
import os
import socket
import subprocess
import sys
from asyncio import WriteTransport
from typing import Self, cast

from pixelmill.pool.child import Outcome, Setup
from pixelmill.pool.frames import FrameReader, packed, unpacked

_START_S = 60.0
_LEAVE_S = 2.0
_BUFFER_BYTES = 4 * 1024 * 1024


class Child:
    """A process with its own socket, so that killing one cannot disturb another's messages."""

    def __init__(
        self, process: subprocess.Popen[bytes], reader: FrameReader, writer: WriteTransport
    ) -> None:
        self._process = process
        self._reader = reader
        self._writer = writer

    @classmethod
    async def start(cls, memory_limit_bytes: int, imports: tuple[str, ...]) -> Self:
        """Start a child and wait until its imports are done. Raises OSError or TimeoutError."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
        try:
            with theirs:
                process = _launch(theirs.fileno())
            loop = asyncio.get_running_loop()
            writer, reader = await loop.create_connection(FrameReader, sock=ours)
        except BaseException:
            ours.close()
            raise
        child = cls(process, reader, writer)
        setup = Setup(os.getpid(), tuple(sys.path), imports, memory_limit_bytes)
        try:
            async with asyncio.timeout(_START_S):
                await child.call(packed(setup))
        except BaseException:
            await child.kill()
            raise
        return child

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs and its socket is open."""
        return self._process.poll() is None and not self._reader.ended

    async def call(self, frame: bytes) -> Outcome:
        """Send one frame and wait for its outcome. Raises EOFError when it died."""
        reply = self._reader.expect()
        self._writer.write(frame)
        return cast("Outcome", unpacked(await reply))

    async def kill(self) -> None:
        """End it now, and reap it."""
        self._process.kill()
        await self._gone()

    async def leave(self) -> None:
        """Let it end by itself; kill it when it does not."""
        self._writer.close()
        try:
            await asyncio.to_thread(self._process.wait, _LEAVE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        await self._gone()

    async def _gone(self) -> None:
        self._writer.close()
        await asyncio.to_thread(self._process.wait)


def _launch(descriptor: int) -> subprocess.Popen[bytes]:
    """A fresh interpreter, not a fork: a child inherits neither threads nor locks nor memory."""
    program = f"from pixelmill.pool.child import main; main({descriptor})"
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-P", "-c", program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        pass_fds=(descriptor,),
    )
