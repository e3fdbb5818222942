"""Refuses files over 300 lines and functions over 40."""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

from house import Finding, files, inner_name, run

FILE_LINES = 300
FUNCTION_LINES = 40
REASON = (
    f"A file holds {FILE_LINES} lines and a function {FUNCTION_LINES} (docstring not counted), "
    "because what fits on a screen is read, and what does not is believed. Split by noun."
)
EXEMPT = {
    "src/pixelmill/db/migrations/versions/*": "a migration is one step of history",
    "src/pixelmill/db/tables/*": "tables are lists",
    "web/src/api/schema.d.ts": "generated from the OpenAPI document",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def length(function: Function) -> int:
    """Lines from ``def`` to the end, without the docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return lines
    docstring = function.body[0]
    return lines - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def long_functions(name: str, source: str) -> Iterator[Finding]:
    """Each function of a Python source that is over the limit."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, Function) and length(node) > FUNCTION_LINES:
            message = f"{node.name}() has {length(node)} lines, {FUNCTION_LINES} fit"
            yield Finding(name, node.lineno, message)


def check(root: Path) -> Iterator[Finding]:
    """Every file and function of the tree against the limits."""
    for path in files(root, ".py", ".ts", ".tsx", ".css"):
        name = inner_name(path, root)
        if any(fnmatch(name, pattern) for pattern in EXEMPT):
            continue
        source = path.read_text(encoding="utf-8")
        lines = len(source.splitlines())
        if lines > FILE_LINES:
            yield Finding(name, FILE_LINES + 1, f"{lines} lines, {FILE_LINES} fit")
        if path.suffix == ".py":
            yield from long_functions(name, source)


if __name__ == "__main__":
    run("size", REASON, check)
