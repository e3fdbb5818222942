"""``pixelmill run`` from files to files: made, gone on with, refused in a sentence."""

import csv
import signal
import sqlite3
from pathlib import Path

import pytest

from tests.integration.cli.program import lines_until, pixelmill, started, told, write_batch

RUN = ("run", "w.json", "--prompts", "rows.csv", "--data", "data", "--out", "out")


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a batch that was run once."""
    folder = tmp_path_factory.mktemp("batch")
    write_batch(folder)
    done = pixelmill(*RUN, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    (folder / "told.jsonl").write_text(done.stdout)
    return folder


@pytest.mark.timeout(120)
def test_a_batch_is_priced_made_and_told_in_json_lines(batch: Path):
    events = told((batch / "told.jsonl").read_text())
    assert events[0]["event"] == "quote"
    assert (events[0]["rows"], events[0]["credits"], events[0]["charged"]) == (3, 3, False)
    assert sorted(e["index"] for e in events if e["event"] == "item") == [0, 1, 2]
    last = events[-1]
    assert (last["event"], last["done"], last["failed"], last["credits"]) == ("ended", 3, 0, 3)
    assert set(last["steps"]) == {"Generate", "Upscale"}


def test_images_manifest_and_sheet_lie_in_the_folder(batch: Path):
    names = sorted(path.name for path in (batch / "out/images").iterdir())
    assert names == ["0001-amber-serum.png", "0002-forest-candle.png", "0003-rain-candle.png"]
    assert (batch / "out/contact-sheet.png").read_bytes().startswith(b"\x89PNG")
    rows = manifest(batch)
    assert [row["product"] for row in rows] == ["amber serum", "forest candle", "rain candle"]
    assert rows[1]["sku"] == "'=1+1"
    assert all(row["state"] == "COMPLETED" and row["credits"] == "1" for row in rows)
    assert all(int(row["seed"]) >= 0 and float(row["seconds"]) > 0 for row in rows)


@pytest.mark.timeout(120)
def test_run_again_makes_and_pays_nothing(batch: Path):
    image = batch / "out/images/0001-amber-serum.png"
    before = image.stat().st_mtime_ns
    (batch / "out/images/0002-forest-candle.png").unlink()
    again = pixelmill(*RUN, cwd=batch)
    assert again.returncode == 0, again.stderr
    assert {"event": "continuing", "done": 3, "total": 3} in told(again.stdout)
    assert image.stat().st_mtime_ns == before
    assert (batch / "out/images/0002-forest-candle.png").exists()
    assert calls(batch) == 3


@pytest.mark.timeout(180)
def test_after_a_kill_it_goes_on_and_pays_nothing_twice(tmp_path: Path):
    rows = "".join(f"vase {number},oak,A-{number}\n" for number in range(24))
    write_batch(tmp_path, f"product,surface,sku\n{rows}")
    command = (*RUN, "--set", 'generate.image_size={"width":400,"height":400}')
    with started(*command, cwd=tmp_path) as process:
        lines_until(process, lambda line: '"running":24' in line)
        while calls(tmp_path) < 3:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
    again = pixelmill(*command, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    events = told(again.stdout)
    assert "continuing" in [event["event"] for event in events]
    assert (events[-1]["done"], events[-1]["credits"]) == (24, 24)
    assert len(list((tmp_path / "out/images").iterdir())) == 24
    assert calls(tmp_path) == 24


@pytest.mark.timeout(120)
def test_ctrl_c_leaves_a_batch_to_go_on_with(tmp_path: Path):
    rows = "".join(f"vase {number},oak,A\n" for number in range(40))
    write_batch(tmp_path, f"product,surface,sku\n{rows}")
    command = (*RUN, "--set", 'generate.image_size={"width":500,"height":500}')
    with started(*command, cwd=tmp_path) as process:
        lines_until(process, lambda line: '"running"' in line)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=40)
    assert process.returncode == 130, errors
    assert told(output)[-1]["event"] == "stopped"
    assert "Traceback" not in errors


def manifest(folder: Path) -> list[dict[str, str]]:
    """The rows of the manifest."""
    with (folder / "out/manifest.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def calls(folder: Path) -> int:
    """How often the model was asked and answered."""
    database = sqlite3.connect(folder / "data/pixelmill.db")
    try:
        return database.execute("SELECT count(*) FROM attempts WHERE state = 'DONE'").fetchone()[0]
    finally:
        database.close()
