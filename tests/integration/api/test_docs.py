"""The page on the API and the answers to questions say what is so."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.api.conftest import Site
from tests.integration.cli.program import PROGRAM, environment, lines_until, started

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/api.md").read_text(encoding="utf-8")
QUESTIONS = (
    "What is a batch image generation API?",
    "How many images can I generate per execution?",
    "Which image models support batch generation?",
    "How do I authenticate API requests?",
    "Can I trigger batches without an API key?",
    "How do I check execution status?",
    "What happens if I run out of credits mid-batch?",
    "Can I prevent duplicate batch executions?",
)
METHOD = "GET|POST|PUT|PATCH|DELETE"


def blocks(language: str) -> str:
    """The page's examples in this language, one behind the other."""
    return "".join(re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL))


def nameless(path: str) -> str:
    """A path whose parameters have no names."""
    return re.sub(r"\{[^}]*\}", "{}", path.removeprefix("/api/v1"))


def called(script: str) -> set[tuple[str, str]]:
    """Method and path of each call of curl."""
    found: set[tuple[str, str]] = set()
    for call in re.split(r"[|\n]|\$\((?=api |curl )", script.replace("\\\n", " ")):
        bare = re.sub(r"\$(?!API)[A-Z]+", "{}", re.sub(r"\$\([^)]*\)", "{}", call))
        path = re.search(r"\$API(/[\w/{}-]+)", bare)
        if path is None:
            continue
        method = re.search(rf"-X ({METHOD})", bare)
        sends = re.search(r" (-d|-F|--data-binary) ", bare)
        found.add((method[1] if method else "POST" if sends else "GET", path[1]))
    return found


def named(text: str) -> set[tuple[str, str]]:
    """Method and path of each route that a sentence names."""
    return {
        (method, nameless(path))
        for method, path in re.findall(rf"`({METHOD}) (/[\w/{{}}-]+)", text)
    }


async def test_every_route_that_the_pages_name_exists(site: Site) -> None:
    document = (await site.client.get("/openapi.json")).json()
    known = {
        (method.upper(), nameless(path))
        for path, operations in document["paths"].items()
        for method in operations
    }
    faq = (ROOT / "docs/faq.md").read_text(encoding="utf-8")
    calls = called(blocks("sh"))
    assert len(calls) >= 20
    assert len(named(PAGE)) >= 8
    assert (calls | named(PAGE) | named(faq)) - known == set()


def test_every_question_is_answered_in_a_few_sentences() -> None:
    faq = (ROOT / "docs/faq.md").read_text(encoding="utf-8")
    answers = dict(re.findall(r"^## (.+)\n\n((?:.+\n)+)", faq, re.MULTILINE))
    assert tuple(answers) == QUESTIONS
    for question, answer in answers.items():
        assert 2 <= len(re.findall(r"[.?](?=\s)", answer)) <= 5, question


def test_the_readme_leads_to_both_pages() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](docs/api.md)" in readme
    assert "](docs/faq.md)" in readme


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl: apt-get install curl")
@pytest.mark.skipif(not shutil.which("jq"), reason="needs jq: apt-get install jq")
def test_the_examples_run_from_top_to_bottom(tmp_path: Path) -> None:
    for folder in ("examples", "docs"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    with started("serve", "--port", "0", cwd=tmp_path) as server:
        link = lines_until(server, lambda line: "/in/" in line)[-1]
        port = re.search(r":(\d+)/in/", link)
        assert port
        client = f'{blocks("python")}\nbody = json.load(open("rows.json"))\n'
        told = 'print(execute(*sys.argv[1:], body)["status"])\n'
        (tmp_path / "client.py").write_text(f"import sys\n{client}{told}", encoding="utf-8")
        script = f'{blocks("sh")}\npython client.py "$API" "$KEY" "$WF"\n'
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script.replace(":8787/", f":{port[1]}/")],
            cwd=tmp_path,
            env=environment() | {"PATH": f"{Path(PROGRAM).parent}:{environment()['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=150,
        )
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("COMPLETED\n")
    assert "null" not in done.stdout.split()
