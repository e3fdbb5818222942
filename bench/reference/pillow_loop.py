"""Bare Pillow on two threads: read a PNG, halve it with Lanczos, write a PNG."""

import argparse
import io
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import orjson
from PIL import Image

from bench.pictures import photo


def halve(data: bytes, path: Path) -> None:
    """One picture."""
    with Image.open(io.BytesIO(data)) as image:
        small = image.resize((512, 512), Image.Resampling.LANCZOS)
    small.save(path, "PNG")


def main() -> None:
    """Halve ``--items`` pictures and print how long it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--items", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    told = parser.parse_args()
    data = photo()
    began = time.perf_counter()
    with ThreadPoolExecutor(2) as threads:
        for _ in threads.map(lambda at: halve(data, told.out / f"{at}.png"), range(told.items)):
            pass
    print(orjson.dumps({"seconds": time.perf_counter() - began}).decode())


if __name__ == "__main__":
    main()
