"""The program called within this process, for what needs no process of its own."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pixelmill.cli import main as program

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Call:
    """Run a command in the test's folder; gives exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)
    # Logging belongs to a process: here it is pytest's.
    monkeypatch.setattr("pixelmill.cli.logs.configure_logs", lambda *_, **__: None)

    def called(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["pixelmill", *arguments])
        code = 0
        try:
            program.main()
        except SystemExit as left:
            code = int(left.code or 0)
        told = capfd.readouterr()
        return code, told.out, told.err

    return called
