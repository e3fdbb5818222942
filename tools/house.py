"""What the house rules share: finding the files of a tree and reporting what breaks a rule."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PLACES = ("src", "tests", "tools", "bench", "examples", "web/src")
NOT_OURS = frozenset({"__pycache__", "node_modules", ".venv", "dist"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One place that breaks a rule. ``line`` counts from 1."""

    path: str
    line: int
    message: str


Check = Callable[[Path], Iterable[Finding]]


def files(root: Path, *suffixes: str, places: Iterable[str] = PLACES) -> Iterator[Path]:
    """Our own files under ``root`` with one of ``suffixes``, in a stable order."""
    for place in places:
        for path in sorted((root / place).rglob("*")):
            inner = path.relative_to(root)
            if path.suffix in suffixes and path.is_file() and not NOT_OURS & set(inner.parts):
                yield path


def inner_name(path: Path, root: Path) -> str:
    """``path`` as a person writes it inside the project."""
    return path.relative_to(root).as_posix()


def run(rule: str, reason: str, check: Check) -> None:
    """Check the tree named on the command line (here by default); exit 1 with the reason if red."""
    parser = argparse.ArgumentParser(description=reason)
    parser.add_argument("root", nargs="?", default=".", type=Path)
    findings = list(check(parser.parse_args().root.resolve()))
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.message}")
    if findings:
        print(f"\n{rule}: {len(findings)} to mend. {reason}")
    sys.exit(1 if findings else 0)
