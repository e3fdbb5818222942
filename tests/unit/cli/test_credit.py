"""The books from the command line: exit code 0 where they agree, 1 where they do not."""

import re
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pixelmill.cli.main import app

RUN = CliRunner()


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with one workspace that was given 5 credits."""
    monkeypatch.delenv("PIXELMILL_DATABASE_URL", raising=False)
    made = RUN.invoke(
        app,
        [
            "workspace",
            "create",
            "Books",
            "--plan",
            "pro",
            "--credits",
            "5",
            "--data",
            str(tmp_path),
        ],
    )
    assert made.exit_code == 0, made.output
    (tmp_path / "workspace").write_text(made.stdout.strip())
    return tmp_path


def test_the_books_are_proved_and_a_difference_is_named(data: Path):
    workspace = (data / "workspace").read_text()
    fine = RUN.invoke(app, ["credits", "verify", "--data", str(data)])
    assert (fine.exit_code, fine.stdout) == (
        0,
        "1 workspace: the ledger sums to the balances.\n",
    )
    shown = RUN.invoke(app, ["credits", "ledger", "--workspace", workspace, "--data", str(data)])
    assert re.search(r"^led_\w+\t\S+Z\tgrant\t5\t0\t\t\t$", shown.stdout, re.MULTILINE)
    with sqlite3.connect(data / "pixelmill.db") as database:
        database.execute("UPDATE balances SET available = available + 1")
    database.close()
    wrong = RUN.invoke(app, ["credits", "verify", "--workspace", workspace, "--data", str(data)])
    assert wrong.exit_code == 1
    assert wrong.stdout.startswith(f"{workspace}: the balance says 5.001 available")
    unknown = RUN.invoke(app, ["credits", "verify", "--workspace", "ws_never", "--data", str(data)])
    assert unknown.exit_code == 2
