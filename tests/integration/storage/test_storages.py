"""Every storage keeps the same promises: local directory, memory, and S3 as moto speaks it."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from pixelmill.sdk.storage import ObjectMissing, Storage
from pixelmill.storage import open_storage

KEY = "ws_1/ab/abcdef"


@pytest.fixture(scope="module")
def s3_url() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "id")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "word")
        urlopen(Request(f"{endpoint}/assets", method="PUT")).close()
        yield f"s3://assets/under/here?endpoint={endpoint}&region=us-east-1"
    server.stop()


@pytest.fixture(params=["local", "memory", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "local":
        return open_storage(tmp_path / "assets")
    if request.param == "memory":
        return open_storage("memory://")
    return open_storage(request.getfixturevalue("s3_url"))


async def chunks(storage: Storage, start: int = 0, end: int | None = None) -> list[bytes]:
    return [chunk async for chunk in storage.stream(KEY, start, end)]


async def test_what_was_put_is_read_back_whole_and_in_part(storage: Storage) -> None:
    data = os.urandom(700_000)
    await storage.put(KEY, data)
    assert await storage.read(KEY) == data
    assert await storage.read(KEY, 5, 10) == data[5:10]
    assert await storage.read(KEY, 699_990) == data[-10:]
    assert await storage.read(KEY, 699_990, 9_000_000) == data[-10:]
    assert await storage.read(KEY, 700_000) == b""
    assert await storage.read(KEY, 7, 7) == b""
    assert (await storage.head(KEY)).size_bytes == 700_000
    streamed = await chunks(storage)
    assert b"".join(streamed) == data
    assert b"".join(await chunks(storage, 300_000, 600_001)) == data[300_000:600_001]


async def test_an_empty_object_is_an_object(storage: Storage) -> None:
    await storage.put(KEY, b"")
    assert await storage.read(KEY) == b""
    assert (await storage.head(KEY)).size_bytes == 0


async def test_a_second_put_replaces_the_first(storage: Storage) -> None:
    for data in (b"one", b"two", b"two", b"longer"):
        await storage.put(KEY, data)
        assert await storage.read(KEY) == data


async def test_a_missing_key_is_told_apart(storage: Storage) -> None:
    for call in (storage.read("no/such"), storage.head("no/such"), storage.read("no/such", 3)):
        with pytest.raises(ObjectMissing):
            await call
    await storage.delete("no/such")


async def test_a_deleted_key_is_missing(storage: Storage) -> None:
    await storage.put(KEY, b"x")
    await storage.delete(KEY)
    with pytest.raises(ObjectMissing):
        await storage.read(KEY)


async def test_a_key_that_leaves_the_storage_is_refused_everywhere(storage: Storage) -> None:
    for key in ("../x", "/etc/passwd", "a/../../x"):
        for call in (storage.put(key, b""), storage.read(key), storage.head(key)):
            with pytest.raises(ValueError, match="not a storage key"):
                await call
        with pytest.raises(ValueError, match="not a storage key"):
            await storage.delete(key)


async def test_a_writable_storage_passes_its_check(storage: Storage) -> None:
    await storage.check()


async def test_many_puts_at_once_all_arrive(storage: Storage) -> None:
    await asyncio.gather(*(storage.put(f"ws/{i}", bytes([i])) for i in range(40)))
    assert [await storage.read(f"ws/{i}") for i in range(40)] == [bytes([i]) for i in range(40)]


async def test_s3_hands_out_a_presigned_url(s3_url: str) -> None:
    url = await open_storage(s3_url).url(KEY, 60)
    assert url is not None
    assert "/under/here/ws_1/ab/abcdef" in url
    assert "X-Amz-Expires=60" in url


async def test_storages_without_presigned_urls_say_so(tmp_path: Path) -> None:
    assert await open_storage(tmp_path).url(KEY, 60) is None
    assert await open_storage("memory://").url(KEY, 60) is None
