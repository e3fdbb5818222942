"""Keeps assets in an object store: S3 and its kin, Google, Azure, or memory."""

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import obstore
from obstore.exceptions import BaseError, NotSupportedError
from obstore.store import AzureStore, GCSStore, MemoryStore, ObjectStore, S3Store, from_url

from pixelmill.sdk.storage import ObjectMissing, StorageFull, StoredObject
from pixelmill.storage.keys import checked

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import ClientConfig, RetryConfig

_CHUNK_BYTES = 256 * 1024
_READY_KEY = "pixelmill-ready"
_RETRY: "RetryConfig" = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
_FULL_SIGNS = ("507", "StorageFull", "QuotaExceeded", "InsufficientStorage")


class ObjectStorage:
    """Objects of one bucket (and prefix). A put is as durable as the store's acknowledgement."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    async def put(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``, whole or not at all. Raises StorageFull."""
        try:
            await obstore.put_async(self._store, checked(key), data)
        except BaseError as error:
            if any(sign in str(error) for sign in _FULL_SIGNS):
                raise StorageFull(StorageFull.__doc__) from error
            raise

    async def read(self, key: str, start: int = 0, end: int | None = None) -> bytes:
        """Bytes [start, end) of ``key``; shorter where it ends earlier. Raises ObjectMissing."""
        return b"".join([chunk async for chunk in self.stream(key, start, end)])

    async def stream(
        self, key: str, start: int = 0, end: int | None = None
    ) -> AsyncIterator[bytes]:
        """The same bytes in chunks of about 256 KB. Raises ObjectMissing."""
        span: Any = None
        if start or end is not None:
            size = (await self.head(key)).size_bytes
            end = size if end is None else min(end, size)
            if start >= end:
                return
            span = (start, end)
        try:
            found = await obstore.get_async(
                self._store, checked(key), options={"range": span} if span else None
            )
        except FileNotFoundError as error:
            raise ObjectMissing(key) from error
        async for chunk in found.stream(min_chunk_size=_CHUNK_BYTES):
            yield bytes(chunk)

    async def head(self, key: str) -> StoredObject:
        """Length and time of ``key``. Raises ObjectMissing."""
        try:
            meta = await obstore.head_async(self._store, checked(key))
        except FileNotFoundError as error:
            raise ObjectMissing(key) from error
        return StoredObject(key, meta["size"], _modified_ms(meta))

    async def entries(self, prefix: str = "") -> AsyncIterator[StoredObject]:
        """Every object below a folder, a page of 1,000 at a time."""
        folder = checked(prefix) if prefix else None
        pages = obstore.list(self._store, folder, chunk_size=1_000)  # pyright: ignore[reportUnknownMemberType]
        async for page in pages:
            for meta in page:
                yield StoredObject(meta["path"], meta["size"], _modified_ms(meta))

    async def url(self, key: str, expires_s: int) -> str | None:
        """A presigned GET URL, or None where the store cannot sign."""
        if not isinstance(self._store, S3Store | GCSStore | AzureStore):
            return None
        with suppress(NotSupportedError):
            lasting = timedelta(seconds=expires_s)
            return await obstore.sign_async(self._store, "GET", checked(key), lasting)
        return None

    async def delete(self, key: str) -> None:
        """Forget ``key``; a missing key is no error."""
        with suppress(FileNotFoundError):
            await obstore.delete_async(self._store, checked(key))

    async def check(self) -> None:
        """Raise when a small object cannot be written now."""
        await self.put(_READY_KEY, b"ok")


def _modified_ms(meta: "ObjectMeta") -> int:
    return int(meta["last_modified"].timestamp() * 1000)


def open_objects(url: str) -> ObjectStorage:
    """The object store of a URL; see ``open_storage`` for the query's names."""
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return ObjectStorage(MemoryStore())
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = set(query) - {"endpoint", "region", "path_style"}
    if unknown:
        raise ValueError(f"The storage URL has unknown settings: {', '.join(sorted(unknown))}.")
    endpoint = query.get("endpoint", "")
    client: ClientConfig = {"allow_http": True} if endpoint.startswith("http://") else {}
    bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    config: dict[str, Any] = {}
    if endpoint:
        config["endpoint"] = endpoint
    if "region" in query:
        config["region"] = query["region"]
    if "path_style" in query:
        config["virtual_hosted_style_request"] = query["path_style"] == "0"
    # from_url has one typed overload per cloud; which one it is only the URL knows.
    build: Any = from_url
    return ObjectStorage(
        build(bare, config=config or None, client_options=client, retry_config=_RETRY)
    )
