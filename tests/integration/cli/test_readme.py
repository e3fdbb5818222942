"""The README's blocks work word for word."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

from pixelmill.sdk.registry import NodeRegistry
from pixelmill.sdk.testing.fake_context import FakeContext, tiny_png
from tests.integration.cli.program import PROGRAM, environment, lines_until, started

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, beginning: str) -> str:
    """The block that begins so."""
    blocks = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(one for one in blocks if one.startswith(beginning))


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl: apt-get install curl")
def test_the_three_lines_of_curl_make_two_images(tmp_path: Path):
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    with started("serve", "--port", "0", cwd=tmp_path) as server:
        link = lines_until(server, lambda line: "/in/" in line)[-1]
        port = re.search(r":(\d+)/in/", link)
        assert port
        script = block("sh", "export KEY") + block("sh", "WF=")
        done = subprocess.run(
            ["sh", "-euc", script.replace(":8787/", f":{port[1]}/")],
            cwd=tmp_path,
            env=environment() | {"PATH": f"{Path(PROGRAM).parent}:{environment()['PATH']}"},
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    told = json.loads(done.stdout)
    assert told["status"] == "COMPLETED", told
    assert told["counts"]["completed"] == 2


async def test_the_node_is_a_node(monkeypatch: pytest.MonkeyPatch):
    module = ModuleType("thumbnail")
    exec(compile(block("python", '"""The node'), "thumbnail.py", "exec"), module.__dict__)
    node = NodeRegistry([module.small])["edit:thumbnail"]
    context = FakeContext()
    image = await context.save(tiny_png("anything"))
    made = await node.call(context, {"image": image}, {"side": 16})
    assert made["image"].media_type == "image/webp"


def test_every_file_that_it_names_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_its_picture_is_small_enough_for_a_page():
    assert (ROOT / "docs/images/autumn-glass.webp").stat().st_size <= 400_000


def test_its_commands_name_files_and_options_that_exist():
    for words in re.findall(r"^pixelmill run (.*)$", README, re.MULTILINE):
        paths = [word for word in words.split() if "/" in word]
        assert all((ROOT / path).exists() for path in paths), paths
