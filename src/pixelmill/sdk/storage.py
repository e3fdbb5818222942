"""The contract of a storage: bytes kept under a key, handed back whole or in part."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a storage knows of one key: its length in bytes, and when it was last put."""

    key: str
    size_bytes: int
    modified_ms: int = 0


class StorageFull(Exception):
    """The storage has no room left. Free space or point PIXELMILL_STORAGE_URL elsewhere."""


class ObjectMissing(Exception):
    """The storage holds nothing under this key."""


class Storage(Protocol):
    """Bytes under server-made keys (``ws_…/ab/abcdef…``). ``put`` is atomic and idempotent."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``, whole or not at all. Raises StorageFull.

        Putting what is there already renews its time: someone is about to rely on it.
        """
        ...

    async def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of ``key``. Raises ObjectMissing."""
        ...

    def stream(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The same bytes in chunks."""
        ...

    async def head(self, key: str) -> StoredObject:
        """Length and time of ``key``. Raises ObjectMissing."""
        ...

    def entries(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """Every object whose key lies below the folder ``prefix`` (whole parts), in any order."""
        ...

    async def url(self, key: str, expires_s: int) -> str | None:
        """A presigned URL where the storage has them, else None (the API then serves the bytes)."""
        ...

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        ...

    async def check(self) -> None:
        """Raise when the storage cannot be written to now (used by readiness)."""
        ...
