"""A worker beside a server that makes nothing itself, on one PostgreSQL."""

import json
import re
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.integration.cli.program import TINY, lines_until, pixelmill, started

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.mark.timeout(180)
def test_a_worker_makes_what_a_server_accepted(tmp_path: Path, postgres_url: str):
    env = {"PIXELMILL_DATABASE_URL": postgres_url, "PIXELMILL_SECRET_KEY": "s" * 32}
    where = ("--data", "data", "--storage-url", (tmp_path / "assets").as_uri())
    made = pixelmill("workspace", "create", "Acme", cwd=tmp_path, **env)
    key = pixelmill("key", "create", "--workspace", made.stdout.strip(), cwd=tmp_path, **env)
    assert key.returncode == 0, key.stderr
    with (
        started("serve", "--no-worker", "--port", "0", *where, cwd=tmp_path, **env) as server,
        started("worker", "--drain", "5", *where, cwd=tmp_path, **env) as worker,
    ):
        link = lines_until(server, lambda line: "/in/" in line)[-1]
        found = re.search(r"http://[^/]+", link)
        assert found

        def asked(path: str, body: object = None) -> dict:
            request = urllib.request.Request(
                f"{found[0]}/api/v1{path}",
                data=None if body is None else json.dumps(body).encode(),
                headers={
                    "Authorization": f"Bearer {key.stdout.strip()}",
                    "Content-Type": "application/json",
                },
            )
            with urllib.request.urlopen(request, timeout=60) as reply:
                return json.load(reply)

        workflow = asked("/workflows", TINY)["id"]
        rows = [{"product": f"vase {number}", "surface": "oak"} for number in range(4)]
        execution = asked(f"/workflows/{workflow}/execute", {"inputs": rows})["executionId"]
        status = asked(f"/executions/{execution}/poll?wait=55")
        assert (status["status"], status["counts"]["completed"]) == ("COMPLETED", 4)
        worker.send_signal(signal.SIGTERM)
        _, errors = worker.communicate(timeout=40)
        assert worker.returncode == 0, errors
        assert "Traceback" not in errors
