"""The stages of make test: what each counts, and what happens to one that hangs."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import test_stages as stages

REPORT = """<testsuites><testsuite tests="9" failures="2" errors="1" skipped="2">
<testcase name="a"><skipped message="s3 is missing: no moto."/></testcase>
<testcase name="b"><skipped message="s3 is missing: no moto."/></testcase>
</testsuite></testsuites>"""


def test_errors_count_as_failures_and_skips_are_told_once(tmp_path: Path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    result = stages.read_report(report, "unit", 1.0, "")
    assert (result.passed, result.failed, result.skipped) == (4, 3, 2)
    assert result.skips == {"s3 is missing: no moto."}


def test_a_stage_that_left_no_report_has_failed(tmp_path: Path):
    result = stages.read_report(tmp_path / "none.xml", "unit", 60.0, "timed out after 60 s")
    assert (result.passed, result.failed) == (0, 1)


def test_a_process_that_will_not_end_is_stopped_with_its_children():
    script = "import subprocess, time; subprocess.Popen(['sleep', '60']); time.sleep(60)"
    process = subprocess.Popen(
        [sys.executable, "-c", script], start_new_session=True, stderr=subprocess.DEVNULL
    )
    assert stages.finish(process, 0) is None
    assert process.returncode != 0


def test_the_total_is_the_very_last_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(stages, "TOTAL", tmp_path / "total")
    skips = frozenset({"s3 is missing: no moto."})
    stages.show(
        [
            stages.Result("unit", passed=10, seconds=1.25),
            stages.Result("integration", passed=4, failed=1, skipped=2, skips=skips, note="red"),
        ]
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "14 passed, 1 failed, 2 skipped"
    assert "  SKIPPED: s3 is missing: no moto." in lines
    assert (tmp_path / "total").read_text() == "14 passed, 1 failed, 2 skipped\n"
