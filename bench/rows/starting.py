"""Row 8: from the command line to the first 200 of /readyz."""

import time

from bench.processes import MEASURED, free_port, python, running
from bench.result import Goal, Result, in_turns
from bench.service import data_directory, serve_command, wait_until_ready

NUMBER = 8
TITLE = "Starting"


def measure(rounds: int) -> list[Result]:
    """Both from compiled bytecode, each on one core."""
    with data_directory() as data:

        def ours() -> float:
            port = free_port()
            return _seconds(serve_command(data, port), port)

        def reference() -> float:
            port = free_port()
            return _seconds(python("bench.reference.hello", port), port)

        ours()
        reference()
        figures = in_turns(rounds, ours, reference)
    return [
        Result(
            "Start to the first 200 of /readyz on a migrated database",
            "s",
            "uvicorn + Starlette hello",
            *figures,
            Goal(6.0, 3.0, at_most=True),
        )
    ]


def _seconds(command: list[str], port: int) -> float:
    began = time.perf_counter()
    with running(command, MEASURED):
        wait_until_ready(port)
        return time.perf_counter() - began
