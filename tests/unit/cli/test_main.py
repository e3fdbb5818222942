"""The program's own surface: quick help, every command, wrong use in a sentence."""

import subprocess
import sys

import pytest

from pixelmill.cli import main as program

HEAVY = ("sqlalchemy", "fastapi", "aiohttp", "pgqueuer", "numpy", "pydantic", "pixelmill.bootstrap")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["pixelmill", *arguments])
    with pytest.raises(SystemExit) as left:
        program.main()
    return int(left.value.code or 0)


def test_help_names_every_command(monkeypatch, capsys):
    assert run(monkeypatch, "--help") == 0
    told = capsys.readouterr().out
    for command in (
        *("run", "serve", "demo", "worker", "migrate", "doctor", "openapi", "fake-provider"),
        *("workspace", "key", "credits", "nodes", "models"),
    ):
        assert f"\n  {command} " in told


def test_help_loads_nothing_heavy():
    code = (
        "import sys; import pixelmill.cli.main; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("worker",), "A worker needs PostgreSQL"),
        (("serve", "--no-worker"), "serve --no-worker needs PostgreSQL"),
        (("worker", "--database-url", "postgresql://x", "--lanes", "fast"), "choose from default"),
        (("migrate", "--database-url", "mysql://x"), "A database URL starts with"),
        (("credits", "grant", "abc", "--workspace", "w"), "at most three decimals"),
        (("workspace", "create", "A", "--plan", "gold"), "there is no plan 'gold'"),
        (("key", "create", "--workspace", "w", "--scopes", "all"), "There is no scope 'all'"),
        (("run", "none.json", "--prompts", "p.csv"), "none.json is not there"),
        (("run", "--nonsense"), "--nonsense"),
    ],
)
def test_wrong_use_is_told_and_exits_with_2(monkeypatch, capsys, tmp_path, arguments, said):
    monkeypatch.chdir(tmp_path)
    for name in ("pixelmill.cli.logs.configure_logs",):
        monkeypatch.setattr(name, lambda *_, **__: None)
    assert run(monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


def test_a_setting_that_cannot_be_read_names_its_variable(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PIXELMILL_PORT", "abc")
    assert run(monkeypatch, "serve") == 2
    assert capsys.readouterr().err == "PIXELMILL_PORT is a number from 0 to 65535, not 'abc'.\n"


def test_debug_shows_where_it_broke(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("pixelmill.cli.logs.configure_logs", lambda *_, **__: None)
    monkeypatch.setattr(sys, "argv", ["pixelmill", "run", "--debug", "no.json", "--prompts", "p"])
    with pytest.raises(FileNotFoundError):
        program.main()
