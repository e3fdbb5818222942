"""One process works in a data directory; the others can read who."""

import os
from pathlib import Path

import pytest

from pixelmill.cli.data_lock import LOCK_FILE, Holder, Locked, locked


def test_a_second_holder_is_refused_and_told_who_holds(tmp_path: Path):
    with locked(tmp_path / "data") as lock:
        lock.tell(Holder(os.getpid(), "http://127.0.0.1:8787", storage_url="s3://bucket"))
        with pytest.raises(Locked) as refused, locked(tmp_path / "data"):
            pass
    assert refused.value.holder == Holder(
        os.getpid(), "http://127.0.0.1:8787", storage_url="s3://bucket"
    )


def test_the_directory_is_free_again_afterwards(tmp_path: Path):
    with locked(tmp_path):
        pass
    with locked(tmp_path):
        pass


def test_what_a_dead_process_left_in_the_file_does_not_hold(tmp_path: Path):
    (tmp_path / LOCK_FILE).write_text('{"pid":1,"url":"http://elsewhere"}')
    with locked(tmp_path):
        assert b'"pid":%d' % os.getpid() in (tmp_path / LOCK_FILE).read_bytes()


def test_a_file_that_cannot_be_read_still_refuses(tmp_path: Path):
    with locked(tmp_path):
        (tmp_path / LOCK_FILE).write_text("{oops")
        with pytest.raises(Locked) as refused, locked(tmp_path):
            pass
    assert refused.value.holder is None


def test_only_the_owner_may_read_the_file(tmp_path: Path):
    with locked(tmp_path):
        assert (tmp_path / LOCK_FILE).stat().st_mode & 0o777 == 0o600
