"""The tests that every storage passes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pixelmill.sdk.storage import ObjectMissing, Storage

KEY = "ws_01/ab/abcdef0123456789"


class StorageSuite:
    """Inherit it in a test file and override the ``storage`` fixture to give an empty storage."""

    @pytest.fixture
    def storage(self) -> Storage:
        """The storage under test."""
        raise NotImplementedError("override this fixture")

    async def test_what_was_put_is_read_back(self, storage: Storage) -> None:
        """Whole, byte for byte."""
        await storage.put(KEY, bytes(range(256)))
        assert await storage.read(KEY) == bytes(range(256))

    async def test_a_part_is_read_by_its_bounds(self, storage: Storage) -> None:
        """The start is in, the end is out; an end past the last byte is no error."""
        await storage.put(KEY, b"0123456789")
        assert await storage.read(KEY, 2, 5) == b"234"
        assert await storage.read(KEY, 7) == b"789"
        assert await storage.read(KEY, 7, 99) == b"789"

    async def test_a_stream_gives_the_same_bytes(self, storage: Storage) -> None:
        """In as many chunks as it likes."""
        data = bytes(range(256)) * 4096
        await storage.put(KEY, data)
        assert await _joined(storage.stream(KEY)) == data
        assert await _joined(storage.stream(KEY, 10, 300_000)) == data[10:300_000]

    async def test_putting_twice_is_no_error(self, storage: Storage) -> None:
        """The second takes the place of the first."""
        await storage.put(KEY, b"first")
        await storage.put(KEY, b"second")
        assert await storage.read(KEY) == b"second"

    async def test_an_empty_object_can_be_kept(self, storage: Storage) -> None:
        """Nothing is something too."""
        await storage.put(KEY, b"")
        assert await storage.read(KEY) == b""
        assert (await storage.head(KEY)).size_bytes == 0

    async def test_head_tells_the_length(self, storage: Storage) -> None:
        """In bytes."""
        await storage.put(KEY, b"0123456789")
        found = await storage.head(KEY)
        assert (found.key, found.size_bytes) == (KEY, 10)

    async def test_entries_are_those_below_a_folder(self, storage: Storage) -> None:
        """Whole parts of a key: ``ws_1`` is no folder of ``ws_10/…``. They tell length and time."""
        for key in ("ws_1/ab/one", "ws_1/cd/two", "ws_10/ab/three"):
            await storage.put(key, key.encode())
        found = {one.key: one async for one in storage.entries("ws_1")}
        assert sorted(found) == ["ws_1/ab/one", "ws_1/cd/two"]
        assert found["ws_1/ab/one"] == await storage.head("ws_1/ab/one")
        assert found["ws_1/ab/one"].size_bytes == len("ws_1/ab/one")
        assert found["ws_1/ab/one"].modified_ms > 0
        assert {"ws_1/ab/one", "ws_10/ab/three"} <= {one.key async for one in storage.entries()}
        assert [one async for one in storage.entries("nobody")] == []

    async def test_putting_the_same_again_renews_its_time(self, storage: Storage) -> None:
        """So what looks old has nobody who is about to write it down."""
        await storage.put(KEY, b"data")
        before = (await storage.head(KEY)).modified_ms
        await asyncio.sleep(0.02)
        await storage.put(KEY, b"data")
        assert (await storage.head(KEY)).modified_ms > before

    async def test_a_missing_key_is_said_to_be_missing(self, storage: Storage) -> None:
        """By the same name in every storage."""
        with pytest.raises(ObjectMissing):
            await storage.head(KEY)
        with pytest.raises(ObjectMissing):
            await storage.read(KEY)
        with pytest.raises(ObjectMissing):
            await _joined(storage.stream(KEY))

    async def test_deleting_forgets_and_may_be_repeated(self, storage: Storage) -> None:
        """A missing key is no error."""
        await storage.put(KEY, b"data")
        await storage.delete(KEY)
        await storage.delete(KEY)
        with pytest.raises(ObjectMissing):
            await storage.head(KEY)

    async def test_a_url_is_given_or_honestly_not(self, storage: Storage) -> None:
        """None where the storage has no presigned addresses."""
        await storage.put(KEY, b"data")
        url = await storage.url(KEY, 60)
        assert url is None or url.startswith(("http://", "https://"))

    async def test_a_working_storage_passes_its_check(self, storage: Storage) -> None:
        """Readiness asks this."""
        await storage.check()


async def _joined(chunks: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in chunks])
