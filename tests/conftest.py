"""Fixtures of the real parts: a private PostgreSQL, and each test's own database on both stores."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.parts.postgres import (
    INSTALL,
    PostgresServer,
    PostgresUnavailable,
    find_binaries,
    install_binaries,
    run_apart,
)
from tests.parts.required import is_required, missing

TEMPLATE = "pixelmill_template"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server of our own for the whole session."""
    binaries = find_binaries()
    if binaries is None and is_required("postgres"):
        binaries = install_binaries()
    if binaries is None:
        missing("postgres", "no initdb on this machine.", INSTALL)
    server = PostgresServer(binaries)
    try:
        server.start()
    except PostgresUnavailable as error:
        missing("postgres", f"{error}.", INSTALL)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """Name of a database with all tables and no rows, made once, to clone from."""
    from tests.parts.schema import migrate  # slow to import

    postgres_server.execute(f"CREATE DATABASE {TEMPLATE}")
    run_apart(migrate, postgres_server.url(TEMPLATE))
    return TEMPLATE


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A fresh PostgreSQL database with all tables, for one test."""
    with postgres_server.database(postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A fresh PostgreSQL database without tables, for what makes them."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows, made once, to copy from."""
    from tests.parts.schema import migrate  # slow to import

    path = tmp_path_factory.mktemp("template") / "pixelmill.db"
    run_apart(migrate, f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with all tables, for one test."""
    path = tmp_path / "pixelmill.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database with all tables; the test runs once on each store."""
    return str(request.getfixturevalue(f"{request.param}_url"))
