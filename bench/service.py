"""The whole service as a child process, and a client that gives it work and waits for the end."""

import atexit
import http.client
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson

from bench.processes import ALL, LOAD, MEASURED, OUT, ROOT, free_port, python, running

LOOK_S = 0.1
READY_S = 60.0
PLUG = ROOT / "bench" / "plug"


@dataclass(frozen=True, slots=True)
class Service:
    """A running service and a key for it."""

    port: int
    key: str
    process: subprocess.Popen[bytes]

    def execute(self, body: Mapping[str, Any]) -> str:
        """Start an execution; its id."""
        status, answer = self.call("POST", "/api/v1/executions", orjson.dumps(body))
        if status != 201:
            raise RuntimeError(f"execute answered {status}: {answer}")
        return answer["executionId"]

    def finished(self, execution_id: str, within_s: float = 600.0) -> dict[str, Any]:
        """The status of an execution once it ended; every item of it must be done."""
        deadline = time.monotonic() + within_s
        while time.monotonic() < deadline:
            path = f"/api/v1/executions/{execution_id}?limit=1&detail=items"
            _, status = self.call("GET", path)
            if status["endTime"] is not None:
                if status["outcome"] != "all":
                    said = status["executionRuns"][0]["error"]
                    raise RuntimeError(f"not all items are done: {status['counts']}, {said}")
                return status
            time.sleep(LOOK_S)
        raise TimeoutError(execution_id)

    def seconds_for(self, body: Mapping[str, Any]) -> float:
        """From the moment the POST leaves until the last item has ended, by the same clock."""
        began = time.time()
        status = self.finished(self.execute(body))
        ended = datetime.fromisoformat(status["endTime"]).timestamp()
        return ended - began

    def upload(self, pictures: Iterable[bytes]) -> list[str]:
        """Keep PNGs; their asset ids."""
        ids: list[str] = []
        for picture in pictures:
            body = (
                b'--part\r\nContent-Disposition: form-data; name="file"; filename="photo.png"\r\n'
                b"Content-Type: image/png\r\n\r\n" + picture + b"\r\n--part--\r\n"
            )
            status, answer = self.call(
                "POST", "/api/v1/media/upload", body, "multipart/form-data; boundary=part"
            )
            if status != 201:
                raise RuntimeError(f"upload answered {status}: {answer}")
            ids.append(answer["data"]["id"])
        return ids

    def call(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, Any]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": kind}
        try:
            connection.request(method, path, body, headers)
            reply = connection.getresponse()
            return reply.status, orjson.loads(reply.read())
        finally:
            connection.close()


@cache
def _template() -> tuple[Path, str]:
    """A migrated data directory, and a key of its workspace; made once per process."""
    name = tempfile.mkdtemp(dir=OUT, prefix="template-")
    atexit.register(shutil.rmtree, name)
    _pixelmill("migrate", "--data", name)
    workspace = _pixelmill("workspace", "create", "Bench", "--data", name)
    return Path(name), _pixelmill("key", "create", "--workspace", workspace, "--data", name)


@contextmanager
def data_directory() -> Generator[Path]:
    """A directory with a migrated database, gone afterwards; on the disk, not in memory."""
    with tempfile.TemporaryDirectory(dir=OUT, prefix="data-", ignore_cleanup_errors=True) as name:
        shutil.copytree(_template()[0], name, dirs_exist_ok=True)
        yield Path(name)


@contextmanager
def serving(
    cores: frozenset[int] = MEASURED, vendor_port: int | None = None, concurrency: int | None = None
) -> Generator[Service]:
    """The service on ``cores`` with a data directory of its own, ready."""
    with data_directory() as data:
        port = free_port()
        command = serve_command(data, port)
        if concurrency is not None:
            command = python("bench.wide_service", concurrency, *command[1:])
        with running(command, cores, _environment(vendor_port), OUT / "service.log") as process:
            wait_until_ready(port)
            yield Service(port, _template()[1], process)


@contextmanager
def vending(*arguments: object) -> Generator[int]:
    """A vendor on the load's core; its port."""
    with running(python("bench.vendor", *arguments), LOAD) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())


def serve_command(data: Path, port: int) -> list[str]:
    """The command line of the service."""
    program = str(Path(sys.executable).parent / "pixelmill")
    return [program, "serve", "--data", str(data), "--port", str(port)]


def wait_until_ready(port: int, path: str = "/readyz") -> None:
    """Ask every 2 ms until the answer is 200."""
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.002)
    raise TimeoutError(f"nothing answers 200 on {path}")


def drawing_of(nodes: Sequence[tuple[str, str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Nodes as (id, type, settings), each wired to the next."""
    return {
        "nodes": [
            {"id": id_, "data": {"nodeType": kind, "label": id_, **settings}}
            for id_, kind, settings in nodes
        ],
        "edges": [
            {"id": f"{above[0]}-{below[0]}", "source": above[0], "target": below[0]}
            for above, below in pairwise(nodes)
        ],
    }


def _environment(vendor_port: int | None) -> dict[str, str]:
    if vendor_port is None:
        return {}
    return {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PLUG), os.environ.get("PYTHONPATH")))),
        "PIXELMILL_PROVIDER_BENCH_BASE_URL": f"http://127.0.0.1:{vendor_port}",
    }


def _pixelmill(*arguments: str) -> str:
    program = str(Path(sys.executable).parent / "pixelmill")
    done = subprocess.run(
        [program, *arguments],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, ALL),
    )
    return done.stdout.decode().strip()
