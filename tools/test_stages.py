"""Runs the test stages, each with a time-out, and ends with one table and one total."""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parent.parent
TOTAL = ROOT / "build/test-total"


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder of tests, the seconds it may take (usual and long form), and its processes."""

    name: str
    seconds: int
    long_seconds: int
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """How a stage ended. ``skips`` are the distinct reasons."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    note: str = ""
    skips: frozenset[str] = field(default_factory=frozenset[str])


STAGES = (
    Stage("unit", 60, 120, workers=2),
    Stage("integration", 540, 1200, workers=2),
    Stage("conformance", 120, 600),
    Stage("contracts", 240, 1200),
    Stage("durability", 300, 3600),
    Stage("e2e", 240, 900),
)
CHECK_SECONDS = 240


def finish(process: subprocess.Popen[bytes], seconds: int) -> int | None:
    """The exit status; None if it ran past ``seconds`` and its whole group was stopped."""
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        # A first, polite signal lets fixtures stop their servers.
        for sign, patience in ((signal.SIGINT, 15), (signal.SIGKILL, 15)):
            os.killpg(process.pid, sign)
            try:
                process.wait(patience)
            except subprocess.TimeoutExpired:
                continue
            break
        return None


def run_check() -> Result:
    """The static checks, counted as one test."""
    began = time.monotonic()
    command = (sys.executable, "tools/check.py")
    status = finish(subprocess.Popen(command, cwd=ROOT, start_new_session=True), CHECK_SECONDS)
    seconds = time.monotonic() - began
    if status == 0:
        return Result("check", passed=1, seconds=seconds)
    return Result("check", failed=1, seconds=seconds, note="red" if status else "timed out")


def run_stage(stage: Stage, *, full: bool) -> Result:
    """One pytest over ``tests/<stage>``."""
    folder = f"tests/{stage.name}"
    if not any((ROOT / folder).rglob("test_*.py")):
        return Result(stage.name, note="no tests yet")
    limit = stage.long_seconds if full else stage.seconds
    with tempfile.TemporaryDirectory() as temporary:
        report = Path(temporary) / "report.xml"
        command = [sys.executable, "-m", "pytest", folder, "-q", f"--junit-xml={report}"]
        if stage.workers > 1:
            # By file: what a file's fixtures start is started once.
            command += ["-n", str(stage.workers), "--dist", "loadfile"]
        if full:
            command += ["-m", ""]
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        status = finish(process, limit)
        seconds = time.monotonic() - began
        if status is None:
            return read_report(report, stage.name, seconds, f"timed out after {limit} s")
        note = "" if status in (0, 1) else f"pytest ended with {status}"
        return read_report(report, stage.name, seconds, note)


def read_report(report: Path, name: str, seconds: float, note: str) -> Result:
    """Counts from pytest's XML; a stage that broke off has at least one failure."""
    suites = list(ET.parse(report).iter("testsuite")) if report.exists() else []  # noqa: S314

    def total(key: str) -> int:
        return sum(int(suite.get(key, "0")) for suite in suites)

    failed = total("failures") + total("errors")
    skips = frozenset(skip.get("message", "") for suite in suites for skip in suite.iter("skipped"))
    return Result(
        name,
        passed=max(total("tests") - failed - total("skipped"), 0),
        failed=max(failed, 1) if note else failed,
        skipped=total("skipped"),
        seconds=seconds,
        note=note,
        skips=skips,
    )


def show(results: list[Result]) -> None:
    """The table, what was skipped and why, and the total as the very last line."""
    print(f"\n  {'stage':<14}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}")
    for one in results:
        print(
            f"  {one.name:<14}{one.passed:>8}{one.failed:>8}{one.skipped:>9}{one.seconds:>9.1f}"
            f"  {one.note}".rstrip()
        )
    for reason in sorted({reason for one in results for reason in one.skips}):
        print(f"  SKIPPED: {reason}")
    passed = sum(one.passed for one in results)
    failed = sum(one.failed for one in results)
    skipped = sum(one.skipped for one in results)
    total = f"{passed} passed, {failed} failed, {skipped} skipped"
    TOTAL.parent.mkdir(exist_ok=True)
    TOTAL.write_text(f"{total}\n")
    print(f"\n{total}", flush=True)


def main() -> int:
    """All stages, or those named; a red one does not hide the next."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = ["check", *(stage.name for stage in STAGES)]
    parser.add_argument("stages", nargs="*", help=f"of {', '.join(names)}; all by default")
    parser.add_argument("--full", action="store_true", help="with the long forms")
    asked = parser.parse_args()
    if unknown := set(asked.stages) - set(names):
        parser.error(f"no such stage: {', '.join(sorted(unknown))}")
    chosen = asked.stages or names
    results: list[Result] = []
    if "check" in chosen:
        print("== check", flush=True)
        results.append(run_check())
    for stage in STAGES:
        if stage.name in chosen:
            print(f"\n== {stage.name}", flush=True)
            results.append(run_stage(stage, full=asked.full))
    show(results)
    return 1 if any(result.failed for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
