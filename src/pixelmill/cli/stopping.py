"""Turns the first Ctrl-C (or SIGTERM) into a request to stop, and a second into an end at once."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager

from pixelmill.cli.failures import INTERRUPTED


@contextmanager
def stop_on_signals(first: Callable[[], None] = lambda: None) -> Generator[asyncio.Event]:
    """An event that the first signal sets, after ``first`` was called.

    The second ends the process: the rows are made to survive that.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked() -> None:
        if stop.is_set():
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(INTERRUPTED)
        first()
        stop.set()

    signals = (signal.SIGINT, signal.SIGTERM)
    for number in signals:
        loop.add_signal_handler(number, asked)
    try:
        yield stop
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
