"""Makes the picture of the README: run ``python examples/campaign/picture.py``."""

import subprocess
import sys
import tempfile
from pathlib import Path

from pixelmill.imaging.convert import convert
from pixelmill.imaging.resize import resize

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "docs/images/autumn-glass.webp"
WIDTH = 2000
MOST_BYTES = 400_000


def main() -> None:
    """Run the demo in a folder of its own and keep its contact sheet, small enough for a page."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "demo"
        program = Path(sys.executable).parent / "pixelmill"
        subprocess.run([program, "demo", "--no-serve", "--out", out], check=True)
        sheet = (out / "contact-sheet.png").read_bytes()
    small = resize(sheet, width=WIDTH, height=None, fit="inside")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(convert(small, format="webp", quality=90, max_bytes=MOST_BYTES))
    print(f"{TARGET.relative_to(ROOT)}  {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
