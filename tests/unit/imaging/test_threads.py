"""A child starts with its libraries loaded and its threads counted."""

from __future__ import annotations

import subprocess
import sys


def test_threads_are_bounded_and_libraries_loaded():
    code = (
        "from pixelmill.imaging.threads import limit_threads; limit_threads(1);"
        "import sys, cv2, pyvips; print(cv2.getNumThreads(), pyvips.concurrency_get());"
        "print('PIL.Image' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "1", "True"]
