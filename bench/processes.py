"""Child processes on chosen cores: the measured one on core 0, load and vendor on core 1."""

import os
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

ROOT = Path(__file__).parent.parent
OUT = ROOT / "bench" / "out"
CORES = sorted(os.sched_getaffinity(0))
MEASURED = frozenset(CORES[:1])
LOAD = frozenset(CORES[1:2] or CORES[:1])
ALL = frozenset(CORES)


def python(module: str, *arguments: object) -> list[str]:
    """The command that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *(str(one) for one in arguments)]


@contextmanager
def running(
    command: Sequence[str],
    cores: frozenset[int],
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Generator[subprocess.Popen[bytes]]:
    """The command, running on these cores until the block ends; its stdout can be read."""
    errors = log.open("ab") if log else subprocess.DEVNULL
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=errors,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),  # noqa: PLW1509 - no threads here
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()


def answer_of(command: Sequence[str], cores: frozenset[int]) -> dict[str, Any]:
    """Run a command to its end; the JSON object that it printed."""
    with running(command, cores) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        if process.wait() != 0:
            raise RuntimeError(f"{' '.join(command[1:4])} failed")
    return orjson.loads(said)


def free_port() -> int:
    """A TCP port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def peak_rss(pid: int) -> int:
    """Bytes of memory that a process held at most (VmHWM of proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ProcessLookupError(pid)


def children_of(pid: int) -> list[int]:
    """Process ids of the children."""
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(one) for one in listed.split()]
