"""``pixelmill serve``: ports, the lock of the data directory, and commands beside a server."""

import re
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from tests.integration.cli.program import lines_until, pixelmill, started, told, write_batch


def taken_port() -> socket.socket:
    """A socket that listens where a server would want to."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.listen()
    return listener


@pytest.mark.timeout(180)
def test_a_taken_port_a_second_server_and_a_run_beside_it(tmp_path: Path):
    write_batch(tmp_path)
    with taken_port() as listener:
        port = listener.getsockname()[1]
        with started("serve", "--data", "data", "--port", str(port), cwd=tmp_path) as server:
            link = lines_until(server, lambda line: "/in/" in line)[-1]
            found = re.search(r"http://127\.0\.0\.1:(\d+)/in/\S+", link)
            assert found
            assert int(found[1]) > port
            url = f"http://127.0.0.1:{found[1]}"
            with urllib.request.urlopen(f"{url}/healthz", timeout=20) as reply:
                assert reply.status == 200

            second = pixelmill("serve", "--data", "data", cwd=tmp_path)
            assert second.returncode == 3
            assert f"process {server.pid}" in second.stderr
            assert url in second.stderr

            command = ("run", "w.json", "--prompts", "rows.csv", "--data", "data", "--out", "out")
            ran = pixelmill(*command, cwd=tmp_path)
            assert ran.returncode == 0, ran.stderr
            assert f"The server at {url}" in ran.stderr
            assert told(ran.stdout)[-1]["done"] == 3
            assert len(list((tmp_path / "out/images").iterdir())) == 3

            server.send_signal(signal.SIGINT)
            _, errors = server.communicate(timeout=40)
        assert server.returncode == 0, errors
        assert f"{port} is in use by another program. Using {found[1]}." in errors
        assert "Traceback" not in errors
