"""What runs in a child process: limits first, then one task after another until the parent goes."""

import ctypes
import ctypes.util
import gc
import importlib
import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

from pixelmill.pool.errors import ComputeFailed, ComputeKilled
from pixelmill.pool.frames import LENGTH_BYTES, packed, receive_blocking, unpacked

_PR_SET_PDEATHSIG = 1
# glibc's mallopt(3): one arena, and keep pictures' memory instead of returning it after each task.
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_MALLOC = ((_M_ARENA_MAX, 1), (_M_MMAP_THRESHOLD, 64 << 20), (_M_TRIM_THRESHOLD, 256 << 20))
_WATCH_S = 0.5
_NICENESS = 5
_ONE_THREAD = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "OPENCV_FOR_THREADS_NUM",
    "VIPS_CONCURRENCY",
)


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message: where to import from, what to import, how much memory there is."""

    parent: int
    path: tuple[str, ...]
    imports: tuple[str, ...]
    memory_limit_bytes: int


@dataclass(frozen=True, slots=True)
class Task:
    """A top-level function and its arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task came to: its value or its error."""

    value: Any = None
    error: BaseException | None = None


def main(descriptor: int) -> None:
    """Serve tasks from the socket ``descriptor`` until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=descriptor) as stream:
        body = receive_blocking(stream)
        if body is None:
            return
        setup = cast("Setup", unpacked(body))
        die_with(setup.parent)
        _limit(setup.memory_limit_bytes)
        sys.path[:] = list(setup.path)
        for name in setup.imports:
            with suppress(ImportError):
                importlib.import_module(name)
        gc.freeze()
        stream.sendall(packed(Outcome()))
        while (body := receive_blocking(stream)) is not None:
            stream.sendall(_answer(body))


def die_with(parent: int) -> None:
    """End this process when ``parent`` does, even if it was killed with SIGKILL."""
    with suppress(OSError, AttributeError, TypeError):
        libc = ctypes.CDLL(ctypes.util.find_library("c"), use_errno=True)
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    threading.Thread(target=_watch, args=(parent,), name="parent-watch", daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os._exit(1)


def _limit(memory_limit_bytes: int) -> None:
    """Bound memory, forbid core files, use one thread per library, and yield to the server."""
    for name in _ONE_THREAD:
        os.environ[name] = "1"
    with suppress(OSError, AttributeError, TypeError):
        libc = ctypes.CDLL(ctypes.util.find_library("c"))
        for name, value in _MALLOC:
            libc.mallopt(name, value)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit_bytes, memory_limit_bytes))
    with suppress(OSError):
        os.nice(_NICENESS)


def _answer(body: bytearray) -> bytes:
    try:
        task = cast("Task", unpacked(body))
        return packed(Outcome(value=task.function(*task.args, **task.kwargs)))
    except MemoryError:
        return packed(Outcome(error=ComputeKilled("It needs more memory than it may use.")))
    except Exception as error:  # noqa: BLE001 -- whatever the function raised belongs to the caller
        return _travelling(error)


def _travelling(error: Exception) -> bytes:
    """The error itself if it survives pickling, else its name and text."""
    if "nsufficient memory" in str(error) or "out of memory" in str(error):
        return packed(Outcome(error=ComputeKilled("It needs more memory than it may use.")))
    try:
        frame = packed(Outcome(error=error))
        unpacked(memoryview(frame)[LENGTH_BYTES:])
    except Exception:  # noqa: BLE001 -- pickling runs foreign code
        return packed(Outcome(error=ComputeFailed(f"{type(error).__name__}: {error}"[:500])))
    return frame
