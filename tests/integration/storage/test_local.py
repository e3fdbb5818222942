"""The local directory: durable, atomic, honest when the disk is full."""

import errno
import os
from pathlib import Path

import pytest

from pixelmill.sdk.storage import ObjectMissing, StorageFull
from pixelmill.storage.local import LocalStorage

KEY = "ws_1/ab/abcdef"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "assets")


async def test_the_bytes_are_fsynced_before_they_get_their_name(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def noting_fsync(file: int) -> None:
        steps.append(Path(f"/proc/self/fd/{file}").readlink().parent.name or "/")
        fsync(file)

    def noting_replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", noting_fsync)
    monkeypatch.setattr(Path, "replace", noting_replace)
    await storage.put(KEY, b"first")
    steps.clear()
    await storage.put("ws_1/ab/other", b"second")
    assert steps == [".parts", "rename", "ws_1"]


async def test_bytes_already_there_are_not_written_again(storage: LocalStorage) -> None:
    await storage.put(KEY, b"same")
    before = (storage.root / KEY).stat().st_ino
    await storage.put(KEY, b"same")
    assert (storage.root / KEY).stat().st_ino == before


async def test_a_full_disk_is_named_and_leaves_nothing_half_written(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await storage.put(KEY, b"before")
    write = os.write

    def full(file: int, data: bytes) -> int:
        if len(data) > 4:
            return write(file, data[:4])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(StorageFull):
        await storage.put("ws_1/cd/new", b"123456789")
    monkeypatch.undo()
    assert await storage.read(KEY) == b"before"
    with pytest.raises(ObjectMissing):
        await storage.head("ws_1/cd/new")
    assert list((storage.root / ".parts").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
async def test_readiness_fails_on_a_full_disk(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_full(path: Path, data: bytes) -> int:
        del path
        with open("/dev/full", "wb", buffering=0) as full:  # noqa: PTH123
            return full.write(data)

    monkeypatch.setattr(Path, "write_bytes", to_full)
    with pytest.raises(StorageFull):
        await storage.check()


async def test_parts_left_by_a_killed_process_go_away_and_fresh_ones_stay(
    storage: LocalStorage,
) -> None:
    parts = storage.root / ".parts"
    parts.mkdir(parents=True)
    old, fresh = parts / "old", parts / "fresh"
    for part in (old, fresh):
        part.write_bytes(b"half")
    os.utime(old, (1_000_000, 1_000_000))
    await storage.put(KEY, b"x")
    assert not old.exists()
    assert fresh.exists()


async def test_a_directory_is_not_an_object(storage: LocalStorage) -> None:
    await storage.put(KEY, b"x")
    for key in ("ws_1/ab", "ws_1/ab/abcdef/below"):
        with pytest.raises(ObjectMissing):
            await storage.read(key)
        with pytest.raises(ObjectMissing):
            await storage.head(key)


async def test_a_stream_that_is_left_early_closes_its_file(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[int] = []
    monkeypatch.setattr(os, "close", closed.append)
    await storage.put(KEY, b"x" * 600_000)
    closed.clear()
    stream = storage.stream(KEY)
    assert len(await anext(stream)) == 256 * 1024
    await stream.aclose()  # type: ignore[attr-defined]
    assert len(closed) == 1
