"""Refuses names that say nothing, words with two meanings, and files without a purpose."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from house import Finding, files, inner_name, run

REASON = (
    "A reader finds things by name: one word per thing, no drawer for the rest, "
    "and a first sentence that says what a file is for."
)
DRAWER = re.compile(r"(^|_)(utils?|helpers?|common|managers?|misc)(_|\d|$)")
SLIPS = {
    re.compile(r"\btenants?\b|tenant_id", re.IGNORECASE): "say workspace",
    re.compile(r"\bbatch_id\b"): "in code it is execution_id (batch is a word of the UI)",
    re.compile(r"\brun_ids?\b"): "run is a verb: say execution_id or node_run_id",
    re.compile(r"\bartifacts?\b|artifact_id", re.IGNORECASE): "say asset",
    re.compile(r"\bcut(?:ting)?[- ]out\b", re.IGNORECASE): "say remove background",
    re.compile(r"\b(?:api_tokens?|API tokens?)\b"): "say API key",
    re.compile(r"/(?:home|Users)/\w+/|/root/"): "a path of one machine",
}
SLIPS_IN = ("src", "web/src", "examples", "bench")


def drawers(root: Path) -> Iterator[Finding]:
    """Files and folders named for nothing in particular."""
    for path in files(root, ".py", ".ts", ".tsx"):
        parts = (*path.relative_to(root).parts[:-1], path.stem)
        if drawer := next((part for part in parts if DRAWER.search(part)), None):
            yield Finding(inner_name(path, root), 1, f"'{drawer}' names no thing; name it")


def silent_files(root: Path) -> Iterator[Finding]:
    """Python files that have code and no opening docstring."""
    for path in files(root, ".py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if tree.body and not ast.get_docstring(tree):
            yield Finding(inner_name(path, root), 1, "open with one sentence: what is it for?")


def slips(root: Path) -> Iterator[Finding]:
    """Words that the glossary has replaced."""
    for path in files(root, ".py", ".ts", ".tsx", places=SLIPS_IN):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for pattern, advice in SLIPS.items():
                if found := pattern.search(line):
                    yield Finding(inner_name(path, root), number, f"'{found.group()}': {advice}")


def check(root: Path) -> Iterator[Finding]:
    """All three rules over the tree."""
    yield from drawers(root)
    yield from silent_files(root)
    yield from slips(root)


if __name__ == "__main__":
    run("words", REASON, check)
