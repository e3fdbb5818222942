"""The house rules bite: each one is red on a bad example and says why."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def grow(tree: Path, files: dict[str, str]) -> Path:
    """A small project under our own configuration, with ``files`` in it."""
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    given = {"src/pixelmill/__init__.py": '"""A product."""\n', **files}
    for name, text in given.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tree / ".venv").symlink_to(BIN.parent)
    return tree


def run_tool(tool: str, tree: Path) -> tuple[int, str]:
    """Exit status and output of a tool over ``tree``."""
    command = [sys.executable, str(ROOT / "tools" / tool), str(tree)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tree)
    return done.returncode, done.stdout + done.stderr


def test_a_tidy_file_passes_every_house_rule(tmp_path: Path):
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": '"""Ids."""\n\nLENGTH = 26\n'})
    for tool in ("check_size.py", "check_words.py", "check_env.py"):
        assert run_tool(tool, tree) == (0, "")


def test_a_file_of_400_lines_is_too_long(tmp_path: Path):
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": '"""Ids."""\n' + "A = 1\n" * 399})
    status, said = run_tool("check_size.py", tree)
    assert status == 1
    assert "src/pixelmill/kit/ids.py:301: 400 lines, 300 fit" in said
    assert "Split by noun" in said


def test_a_function_of_41_lines_is_too_long_and_its_docstring_is_free(tmp_path: Path):
    body = "    x = 1\n" * 39
    fits = f'def fits():\n    """Say\n    more.\n    """\n{body}'
    bursts = f"async def bursts():\n{body}    x = 2\n"
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": f'"""Ids."""\n{fits}\n{bursts}'})
    status, said = run_tool("check_size.py", tree)
    assert status == 1
    assert "bursts() has 41 lines, 40 fit" in said
    assert "fits()" not in said


def test_a_migration_may_be_long(tmp_path: Path):
    name = "src/pixelmill/db/migrations/versions/2026_11_22_first.py"
    assert run_tool("check_size.py", grow(tmp_path, {name: "A = 1\n" * 400})) == (0, "")


def test_a_long_web_file_is_red_too(tmp_path: Path):
    tree = grow(tmp_path, {"web/src/features/sheet.tsx": "const a = 1;\n" * 301})
    assert run_tool("check_size.py", tree)[0] == 1


@pytest.mark.parametrize("name", ["utils", "image_helpers", "utils2", "manager", "common"])
def test_a_drawer_is_no_name_for_a_file(tmp_path: Path, name: str):
    tree = grow(tmp_path, {f"src/pixelmill/kit/{name}.py": '"""Things."""\n'})
    status, said = run_tool("check_words.py", tree)
    assert status == 1
    assert "names no thing" in said


def test_commonmark_is_a_name(tmp_path: Path):
    tree = grow(tmp_path, {"src/pixelmill/kit/commonmark.py": '"""Markdown."""\n'})
    assert run_tool("check_words.py", tree)[0] == 0


def test_a_file_without_a_first_sentence_is_red(tmp_path: Path):
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": "A = 1\n"})
    assert "open with one sentence" in run_tool("check_words.py", tree)[1]


@pytest.mark.parametrize(
    ("slip", "advice"),
    [
        ("tenant_id = 1", "say workspace"),
        ("run_id = 1", "execution_id or node_run_id"),
        ("TITLE = 'Cut out'", "remove background"),
        ("WHERE = '/home/someone/images'", "one machine"),
    ],
)
def test_a_word_the_glossary_replaced_is_red(tmp_path: Path, slip: str, advice: str):
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": f'"""Ids."""\n\n{slip}\n'})
    status, said = run_tool("check_words.py", tree)
    assert status == 1
    assert advice in said


def test_node_run_ids_keep_their_name(tmp_path: Path):
    text = '"""Ids."""\n\nnode_run_id = 1\ncutout = 2\n'
    tree = grow(tmp_path, {"src/pixelmill/kit/ids.py": text})
    assert run_tool("check_words.py", tree)[0] == 0


@pytest.mark.parametrize(
    "reader",
    [
        "import os\n\nDATA = os.environ['PIXELMILL_DATA']",
        "import os\n\nDATA = os.getenv('PIXELMILL_DATA')",
        "from os import environ",
        "from pydantic_settings import BaseSettings",
        "import pydantic_settings",
        "DATA = option(envvar='PIXELMILL_DATA')",
    ],
)
def test_only_settings_reads_the_environment(tmp_path: Path, reader: str):
    text = f'"""Reads."""\n\n{reader}\n'
    tree = grow(tmp_path, {"src/pixelmill/cli/main.py": text, "src/pixelmill/settings.py": text})
    status, said = run_tool("check_env.py", tree)
    assert status == 1
    assert "src/pixelmill/cli/main.py" in said
    assert "settings.py:" not in said


def test_a_child_process_may_write_what_a_library_reads(tmp_path: Path):
    text = '"""A child."""\n\nimport os\n\nos.environ["OMP_NUM_THREADS"] = "1"\n'
    tree = grow(tmp_path, {"src/pixelmill/pool/child.py": text})
    assert run_tool("check_env.py", tree) == (0, "")


UPWARD = {
    "src/pixelmill/kit/__init__.py": '"""The kit."""\n',
    "src/pixelmill/kit/ids.py": '"""Ids."""\n\nfrom pixelmill.services import runs\n\nA = runs.A\n',
    "src/pixelmill/services/__init__.py": '"""Verbs."""\n',
    "src/pixelmill/services/runs.py": '"""Runs."""\n\nA = 1\n',
}
SIDEWAYS = {
    "src/pixelmill/db/__init__.py": '"""A shelf."""\n\nfrom pixelmill import storage\n',
    "src/pixelmill/storage/__init__.py": '"""A shelf."""\n',
}
STRANGERS = {
    "src/pixelmill/nodes/__init__.py": '"""Nodes."""\n',
    "src/pixelmill/nodes/a.py": '"""A."""\n\nfrom pixelmill.nodes import b\n',
    "src/pixelmill/nodes/b.py": '"""B."""\n',
}
SECOND_DOOR = {
    "src/pixelmill/delivery/__init__.py": '"""Delivery."""\n\nimport aiohttp\n',
}
RULES_WITH_A_DATABASE = {
    "src/pixelmill/domain/__init__.py": '"""Rules."""\n',
    "src/pixelmill/domain/graph.py": '"""Graphs."""\n\nimport sqlalchemy\n',
}
HOMELESS = {"src/pixelmill/attic/__init__.py": '"""No floor has it."""\n'}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (UPWARD, "pixelmill.kit is not allowed to import pixelmill.services"),
        (SIDEWAYS, "pixelmill.db is not allowed to import pixelmill.storage"),
        (STRANGERS, "pixelmill.nodes.a is not allowed to import pixelmill.nodes.b"),
        (SECOND_DOOR, "pixelmill is not allowed to import aiohttp"),
        (RULES_WITH_A_DATABASE, "pixelmill.domain.graph is not allowed to import sqlalchemy"),
        (HOMELESS, "attic"),
    ],
    ids=["upward", "sideways", "node-to-node", "second-door", "impure", "homeless"],
)
def test_the_floors_hold(tmp_path: Path, files: dict[str, str], said: str):
    tree = grow(tmp_path, files)
    done = subprocess.run(
        [BIN / "lint-imports", "--no-logo", "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert said in done.stdout


def test_make_check_stops_at_the_first_red_with_its_name(tmp_path: Path):
    status, said = run_tool("check.py", grow(tmp_path, UPWARD))
    assert status == 1
    assert "make check stopped at: floors" in said
    assert "types" not in said


@pytest.mark.slow
def test_make_check_is_red_on_a_type_error(tmp_path: Path):
    text = '"""Ids."""\n\n\ndef new_id() -> str:\n    """Give an id."""\n    return 7\n'
    files = {"src/pixelmill/kit/__init__.py": '"""The kit."""\n', "src/pixelmill/kit/ids.py": text}
    status, said = run_tool("check.py", grow(tmp_path, files))
    assert status == 1
    assert 'is not assignable to return type "str"' in said
    assert "make check stopped at: types" in said
