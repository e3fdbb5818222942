"""The lock of a data directory: one process works in it, the others can read who that is."""

import errno
import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson

LOCK_FILE = "pixelmill.lock"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a data directory. ``url`` is None for a process that serves nothing.

    The addresses of database and storage are those the holder works with.
    """

    pid: int
    url: str | None = None
    database_url: str | None = None
    storage_url: str | None = None


class Locked(Exception):
    """Another process works in this data directory."""

    def __init__(self, holder: Holder | None) -> None:
        super().__init__(holder)
        self.holder = holder


class DataLock:
    """A lock that this process holds; the file tells others about it."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def tell(self, holder: Holder) -> None:
        """Write who holds the directory, whole or not at all as far as readers see."""
        text = orjson.dumps(holder) + b"\n"
        os.pwrite(self._descriptor, text, 0)
        os.ftruncate(self._descriptor, len(text))


@contextmanager
def locked(data: Path) -> Generator[DataLock]:
    """Hold the directory for as long as the block lasts. Raises Locked, OSError.

    The system lets go of the lock when the process ends, whatever ended it.
    """
    data.mkdir(parents=True, exist_ok=True)
    path = data / LOCK_FILE
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                raise Locked(_read(path)) from None
            raise
        lock = DataLock(descriptor)
        lock.tell(Holder(os.getpid()))
        yield lock
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _read(path: Path) -> Holder | None:
    try:
        told = orjson.loads(path.read_bytes())
        return Holder(**told)
    except (OSError, ValueError, TypeError):
        return None
