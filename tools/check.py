"""Runs the static checks in order and stops at the first red one with its name."""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

TOOLS = Path(__file__).parent
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what it looks at, how it runs, and what to do when it is red."""

    name: str
    command: tuple[str, ...]
    advice: str


def program(name: str) -> str:
    """A tool of the environment that runs this file."""
    return str(BIN / name)


def rule(name: str) -> tuple[str, ...]:
    """A house rule of this folder."""
    return (sys.executable, str(TOOLS / f"check_{name}.py"))


STEPS = (
    Step("format", (program("ruff"), "format", "--check", "--quiet", "."), "Run: make fmt"),
    Step("lint", (program("ruff"), "check", "--quiet", "."), "make fmt mends some of it."),
    Step("floors", (program("lint-imports"), "--no-logo"), "See docs/architecture.md, Floors."),
    Step("size", rule("size"), "Split by noun."),
    Step("words", rule("words"), "See CONTRIBUTING.md, Words."),
    Step("environment", rule("env"), "Let settings read it and bootstrap hand it down."),
    Step("types", (program("pyright"),), "Every value has a type that pyright can follow."),
)


def passes(step: Step, root: Path) -> bool:
    """Run one check in ``root``; say what it found only if it is red."""
    # The tree under check goes before the installed package, so that a copy checks itself.
    environment = {
        **os.environ,
        "PYTHONPATH": str(root / "src"),
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
    }
    began = time.monotonic()
    done = subprocess.run(
        step.command, cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    seconds = time.monotonic() - began
    print(
        f"  {step.name:<12}{'ok' if done.returncode == 0 else 'RED':<5}{seconds:5.1f} s", flush=True
    )
    if done.returncode:
        print(f"\n{done.stdout}{done.stderr}".rstrip())
        print(f"\nmake check stopped at: {step.name}. {step.advice}")
    return done.returncode == 0


def main() -> int:
    """All checks over the tree named on the command line, here by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", default=".", type=Path)
    root = parser.parse_args().root.resolve()
    return 0 if all(passes(step, root) for step in STEPS) else 1


if __name__ == "__main__":
    sys.exit(main())
