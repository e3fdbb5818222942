"""Turns whatever went wrong into one sentence with the way out, and an exit code."""

import sys
from typing import Final, cast

DONE: Final = 0
SOME_FAILED: Final = 1
MISUSED: Final = 2
REFUSED: Final = 3
INTERRUPTED: Final = 130

_REFUSING: Final = frozenset({401, 402, 403, 409, 429})
_DETAILS_SHOWN: Final = 5


class CommandFailed(Exception):
    """A command cannot do what was asked; the message says why and what helps."""

    def __init__(self, message: str, exit_code: int = MISUSED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def report(error: Exception) -> int:
    """Say on stderr what happened, without a traceback; answers the exit code."""
    message, code = describe(error)
    print(message, file=sys.stderr)
    return code


def describe(error: Exception) -> tuple[str, int]:
    """The sentence and the exit code for an error that left a command."""
    if isinstance(error, ExceptionGroup):
        return describe(cast("ExceptionGroup[Exception]", error).exceptions[0])
    if isinstance(error, CommandFailed):
        return str(error), error.exit_code
    if isinstance(error, OSError):
        return _of_system(error), MISUSED
    known = _of_ours(error)
    if known is not None:
        return known
    unforeseen = f"Pixelmill stopped on an error that it did not expect: {type(error).__name__}"
    return f"{unforeseen}: {error}\nRun the command again with --debug to see where.", MISUSED


def _of_system(error: OSError) -> str:
    reason = error.strerror or str(error)
    if error.filename is None:
        return f"The system refused: {reason}."
    if isinstance(error, PermissionError):
        return f"{error.filename} cannot be used: {reason}. Change its permissions or its owner."
    if isinstance(error, FileNotFoundError):
        return f"{error.filename} is not there. Check the path."
    if isinstance(error, IsADirectoryError):
        return f"{error.filename} is a directory; give a file."
    return f"{error.filename} cannot be used: {reason}."


def _of_ours(error: Exception) -> tuple[str, int] | None:
    import sqlite3

    from pixelmill.db.database import DatabaseUnavailable
    from pixelmill.kit.problems import Problem
    from pixelmill.sdk.annotations import BadDeclaration
    from pixelmill.sdk.storage import StorageFull
    from pixelmill.settings import BadSettings

    if isinstance(error, Problem):
        return _of_problem(error), REFUSED if error.status in _REFUSING else MISUSED
    if isinstance(error, (BadSettings, BadDeclaration)):
        return str(error), MISUSED
    if isinstance(error, StorageFull):
        return str(error) or StorageFull.__doc__ or "", MISUSED
    if isinstance(error, DatabaseUnavailable):
        return f"The database does not answer: {error}. Check its address and that it runs.", (
            MISUSED
        )
    if isinstance(error, sqlite3.Error):
        return f"The database file cannot be used: {error}. Is it one of Pixelmill's?", MISUSED
    return None


def _of_problem(problem: object) -> str:
    from pixelmill.kit.problems import Problem

    assert isinstance(problem, Problem)
    others = [detail.message for detail in problem.details if detail.message not in problem.detail]
    lines = [problem.detail, *(f"  {message}" for message in others[:_DETAILS_SHOWN])]
    if len(others) > _DETAILS_SHOWN:
        lines.append(f"  … and {len(others) - _DETAILS_SHOWN} more.")
    return "\n".join(lines)
