"""Functions for children to run: well-behaved, hungry, slow, and murderous ones."""

import os
import signal
import time
from pathlib import Path


class Refusal(Exception):
    """An error that survives pickling."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code


class Clumsy(Exception):
    """An error that does not: it wants two arguments and tells pickle of one."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")


def double(data: bytes, *, times: int = 2) -> bytes:
    return data * times


def pid() -> int:
    return os.getpid()


def allocate(count: int) -> int:
    return len(bytearray(count))


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def vanish(status: int) -> None:
    os._exit(status)


def die_by(number: int) -> None:
    os.kill(os.getpid(), number)


def refuse(code: str) -> None:
    raise Refusal(code, "not today")


def stumble() -> None:
    raise Clumsy("a", "b")


def give_a_lock() -> object:
    import threading

    return threading.Lock()


def ignores_interrupts() -> bool:
    return signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def imported(name: str) -> bool:
    import sys

    return name in sys.modules


def note_pid_and_spin(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    while True:
        pass
