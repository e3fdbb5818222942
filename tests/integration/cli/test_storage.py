"""``pixelmill storage`` as an operator uses it."""

import os
from pathlib import Path

from pixelmill.domain.asset import storage_key
from tests.integration.cli.program import pixelmill


def test_rules_are_set_shown_and_storage_is_cleared(tmp_path: Path) -> None:
    made = pixelmill("workspace", "create", "Shop", "--data", "d", cwd=tmp_path)
    workspace_id = made.stdout.strip()
    done = pixelmill(
        *("storage", "rules", "--workspace", workspace_id, "--max-files", "5"),
        *("--keep-intermediates", "3", "--max-bytes", "none", "--data", "d"),
        cwd=tmp_path,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    shown = pixelmill("storage", "report", "--data", "d", cwd=tmp_path)
    cells = shown.stdout.rstrip("\n").split("\t")
    assert cells[:7] == [workspace_id, "Shop", "0", "0", "5", "-", "-"]
    assert cells[7] == "intermediate 3, orphan 3"
    stray = tmp_path / "d" / "assets" / storage_key(workspace_id, "ab" * 32)
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"12345")
    os.utime(stray, (1, 1))
    counted = pixelmill("storage", "prune", "--dry-run", "--data", "d", cwd=tmp_path)
    assert "files without a row\t1\t5" in counted.stdout.splitlines()
    assert stray.exists()
    cleared = pixelmill("storage", "prune", "--data", "d", cwd=tmp_path)
    assert (cleared.returncode, cleared.stdout) == (0, counted.stdout)
    assert not stray.exists()


def test_a_rule_that_is_no_number_is_refused(tmp_path: Path) -> None:
    done = pixelmill(
        *("storage", "rules", "--workspace", "ws_x", "--max-files", "many", "--data", "d"),
        cwd=tmp_path,
    )
    assert done.returncode == 2
    assert "neither a whole number nor 'none'" in done.stderr.replace("\n", " ")
