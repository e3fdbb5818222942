"""A real server that may be killed, before a real vendor that counts what it is paid for."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

COMMAND = str(Path(sys.executable).with_name("pixelmill"))
START_S = 30.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """``pixelmill serve`` on one data directory, started and killed at will."""

    def __init__(self, data: Path, env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self._data = data
        self._log = log
        self._env = {**os.environ, **env, "PIXELMILL_DATA": str(data)}
        self._process: subprocess.Popen[bytes] | None = None
        self.key = ""

    def start(self) -> None:
        """Start and wait until it is ready."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [COMMAND, "serve", "--port", str(self.port)],
                env=self._env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise AssertionError(self._log.read_text())
            try:
                self.get("/readyz")
            except (URLError, ConnectionError, HTTPError):
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"not ready within {START_S} s\n{self._log.read_text()}")

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def kill(self) -> None:
        """As the machine would: no warning, no clean-up."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """As an operator would."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(timeout=30)

    def command(self, *words: str) -> str:
        """What a command of ours prints."""
        return subprocess.run(
            [COMMAND, *words], env=self._env, check=True, capture_output=True, text=True
        ).stdout.strip()

    def make_key(self) -> None:
        """A workspace with a key."""
        workspace = self.command("workspace", "create", "Test")
        self.key = self.command("key", "create", "--workspace", workspace)

    def get(self, path: str) -> Any:
        """GET as JSON."""
        return self._ask(Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, body: object, **headers: str) -> Any:
        """POST JSON, answer as JSON."""
        request = Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json", **headers},
        )
        return self._ask(request)

    def bytes_at(self, url: str) -> bytes:
        """A plain GET without any header."""
        with urlopen(url, timeout=10) as reply:
            return bytes(reply.read())

    def items(self, execution: str) -> list[dict[str, Any]]:
        """All items of an execution, by pages."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = self.get(f"/api/v1/executions/{execution}/poll?limit=200{cursor}")
            found += page["executionRuns"]
            if not page.get("nextCursor"):
                return found
            cursor = f"&cursor={page['nextCursor']}"

    def _ask(self, request: Request) -> Any:
        if self.key:
            request.add_header("authorization", f"Bearer {self.key}")
        with urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())


async def finished(server: Server, execution: str, within_s: float) -> dict[str, Any]:
    """The poll body once the execution ended."""
    async with asyncio.timeout(within_s):
        while True:
            body = await asyncio.to_thread(
                server.get, f"/api/v1/executions/{execution}/poll?limit=1"
            )
            if body["status"] not in ("PENDING", "RUNNING"):
                return dict(body)
            await asyncio.sleep(0.2)
