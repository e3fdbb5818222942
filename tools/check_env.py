"""Refuses any reader of the environment but settings."""

import ast
from collections.abc import Iterator
from pathlib import Path

from house import Finding, files, inner_name, run

REASON = (
    "Only pixelmill.settings reads the environment: what can be set is then one list, "
    "and two tests in one process cannot disturb each other."
)
SETTINGS = ("src/pixelmill/settings.py", "src/pixelmill/settings/")
READERS = frozenset({"environ", "environb", "getenv", "getenvb"})


def readings(node: ast.AST) -> Iterator[str]:
    """How this node reads the environment, if it does."""
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in READERS:
            yield f"os.{name}"
        case ast.ImportFrom(module="os", names=names):
            yield from (f"os.{alias.name}" for alias in names if alias.name in READERS)
        case (
            ast.ImportFrom(module="pydantic_settings")
            | ast.Import(names=[ast.alias(name="pydantic_settings")])
        ):
            yield "pydantic_settings"
        case ast.keyword(arg="envvar"):
            yield "envvar="
        case _:
            return


def settings_of_a_child(tree: ast.AST) -> set[ast.AST]:
    """The ``os.environ`` of ``os.environ["X"] = "1"``: written for a library, not read."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    }


def check(root: Path) -> Iterator[Finding]:
    """Every reader of the environment outside settings."""
    for path in files(root, ".py", places=("src",)):
        name = inner_name(path, root)
        if name.startswith(SETTINGS):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        written = settings_of_a_child(tree)
        for node in (node for node in ast.walk(tree) if node not in written):
            line = getattr(node, "lineno", 1)
            yield from (Finding(name, line, f"{how} outside settings") for how in readings(node))


if __name__ == "__main__":
    run("environment", REASON, check)
