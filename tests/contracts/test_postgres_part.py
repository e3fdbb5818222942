"""The private PostgreSQL of the tests: real durability, a database each, and no trace left."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from tests.parts.postgres import PostgresServer
from tests.parts.required import missing

pytestmark = pytest.mark.postgres
ORPHAN = """
import sys, time
from tests.parts.postgres import PostgresServer, find_binaries
server = PostgresServer(find_binaries())
server.start()
print(server.folder, server.port, flush=True)
time.sleep(60)
"""


async def test_the_server_keeps_its_promises_to_the_disk(postgres_server: PostgresServer):
    connection = await asyncpg.connect(postgres_server.url("postgres"))
    assert await connection.fetchval("SHOW fsync") == "on"
    assert await connection.fetchval("SHOW synchronous_commit") == "on"
    await connection.close()


async def test_each_test_has_a_database_of_its_own(postgres_url: str):
    connection = await asyncpg.connect(postgres_url)
    tables = await connection.fetchval(
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    )
    assert tables > 0
    await connection.close()


def test_a_database_is_one_of_both_stores(database_url: str):
    assert database_url.startswith(("sqlite:///", "postgresql://"))


@pytest.mark.slow
def test_the_server_dies_with_the_process_that_started_it():
    owner = subprocess.Popen(
        [sys.executable, "-c", ORPHAN], stdout=subprocess.PIPE, text=True, cwd=Path.cwd()
    )
    assert owner.stdout is not None
    folder = Path(owner.stdout.readline().split()[0])
    assert (folder / "data").exists()
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    began = time.monotonic()
    while folder.exists() and time.monotonic() - began < 10:
        time.sleep(0.05)
    assert not folder.exists()


def test_a_missing_part_is_skipped_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("PIXELMILL_TEST_REQUIRE", "")
    with pytest.raises(pytest.skip.Exception, match="apt-get install gizmo"):
        missing("gizmo", "not here.", "apt-get install gizmo")


def test_a_missing_part_is_red_where_it_was_promised(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PIXELMILL_TEST_REQUIRE", "postgres, gizmo")
    with pytest.raises(pytest.fail.Exception, match="names it"):
        missing("gizmo", "not here.", "apt-get install gizmo")
