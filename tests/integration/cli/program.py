"""Starts the program as a person does, with an environment of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = str(Path(sys.executable).parent / "pixelmill")
TINY = {
    "name": "Tiny",
    "nodes": [
        {
            "id": "prompt",
            "data": {
                "nodeType": "utility:prompt_template",
                "label": "Prompt",
                "params": {"template": "A {{product}} on {{surface}}"},
            },
        },
        {
            "id": "generate",
            "data": {
                "nodeType": "generate:sketch",
                "label": "Generate",
                "params": {"image_size": {"width": 64, "height": 80}},
            },
        },
        {"id": "upscale", "data": {"nodeType": "edit:upscale", "label": "Upscale"}},
        {"id": "output", "data": {"nodeType": "output:preview", "label": "Output"}},
    ],
    "edges": [
        {"id": "e1", "source": "prompt", "target": "generate", "targetHandle": "in-prompt"},
        {"id": "e2", "source": "generate", "target": "upscale"},
        {"id": "e3", "source": "upscale", "target": "output"},
    ],
}
ROWS = "product,surface,sku\namber serum,oak,A-1\nforest candle,moss,=1+1\nrain candle,marble,A-3\n"


def environment(**more: str) -> dict[str, str]:
    """The test's environment without anything of Pixelmill but what is given."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PIXELMILL_")}
    return {**own, **more}


def pixelmill(*arguments: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**env),
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@contextmanager
def started(*arguments: str, cwd: Path, **env: str) -> Iterator[subprocess.Popen[str]]:
    """A command that goes on; it is ended with the block."""
    process = subprocess.Popen(
        [PROGRAM, *arguments],
        cwd=cwd,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.communicate()


def lines_until(
    process: subprocess.Popen[str], is_last: Callable[[str], bool], seconds: float = 60
) -> list[str]:
    """The lines of stdout up to the first that is the last; fails when the process ends before."""
    assert process.stdout is not None
    found: list[str] = []
    deadline = time.monotonic() + seconds
    for line in process.stdout:
        found.append(line.rstrip("\n"))
        if is_last(line):
            return found
        assert time.monotonic() < deadline, found
    raise AssertionError(f"ended before: {found}")


def told(output: str) -> list[dict]:
    """The JSON lines of an output."""
    return [json.loads(line) for line in output.splitlines()]


def write_batch(folder: Path, rows: str = ROWS) -> None:
    """The tiny workflow and its rows, as w.json and rows.csv."""
    (folder / "w.json").write_text(json.dumps(TINY))
    (folder / "rows.csv").write_text(rows)
