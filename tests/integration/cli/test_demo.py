"""``pixelmill demo``: the first minutes of a newcomer, as printed."""

import csv
import json
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.integration.cli.program import environment, lines_until, pixelmill, started

pytestmark = pytest.mark.slow


@pytest.mark.timeout(240)
def test_the_demo_makes_a_campaign_shows_it_and_knows_it_again(tmp_path: Path):
    setup = ("--setup-seconds", "python packages 9\nweb app 14")
    with started("demo", "--port", "0", *setup, cwd=tmp_path) as process:
        lines = lines_until(process, lambda line: line.endswith("}}'\n"), seconds=150)
        assert max(map(len, lines)) <= 100, max(lines, key=len)
        assert lines[0].startswith(
            "Pixelmill 0.1   setting up: python packages 9 s, web app 14 s, database "
        )
        assert lines[1].startswith("Campaign Autumn glass: 24 rows, 5 steps: generate > upscale")
        assert "24 x 1 = 24 credits (simulated, nothing is charged)" in lines[2]
        text = "\n".join(lines)
        assert "Done: 24 images in " in text
        assert "0 failed, 24 credits" in text
        curl = text[text.index("curl ") :]
        if shutil.which("curl"):
            reply = subprocess.run(
                ["sh", "-c", curl], env=environment(), capture_output=True, check=True, timeout=30
            )
            assert json.loads(reply.stdout)["executionId"].startswith("exe_")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (0, "")
    assert len(list((tmp_path / "demo/images").iterdir())) == 24
    with (tmp_path / "demo/manifest.csv").open(newline="") as file:
        assert {row["state"] for row in csv.DictReader(file)} == {"COMPLETED"}

    again = pixelmill("demo", "--no-serve", cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert "24 of 24 done already" in again.stdout
    assert "Done:" not in again.stdout
