"""Facts of the machine that figures belong to; no names of hosts or paths."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

TOLD = ("aiohttp", "pillow", "starlette", "uvicorn", "sqlalchemy", "pgqueuer")


def facts() -> dict[str, str]:
    """What a reader needs to compare."""
    return {
        "Processor": _processor(),
        "Cores": str(os.cpu_count()),
        "Memory": f"{_memory_gib():.0f} GiB",
        "System": f"{platform.system()} {platform.release().split('-')[0]}",
        "Python": platform.python_version(),
        "Libraries": ", ".join(f"{name} {version(name)}" for name in TOLD),
    }


def load() -> float:
    """How many processes wanted to run, over the last minute; above the cores it is noisy."""
    return os.getloadavg()[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
