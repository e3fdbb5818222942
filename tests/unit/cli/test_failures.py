"""What goes wrong becomes a sentence and an exit code, never a traceback."""

import sqlite3

import pytest

from pixelmill.cli.failures import MISUSED, REFUSED, CommandFailed, describe
from pixelmill.db.database import DatabaseUnavailable
from pixelmill.domain.credits import Overdrawn
from pixelmill.kit.problems import Detail, Problem
from pixelmill.settings import BadSettings


@pytest.mark.parametrize(
    ("error", "said", "code"),
    [
        (CommandFailed("No.", 3), "No.", 3),
        (BadSettings("PIXELMILL_PORT is a number."), "PIXELMILL_PORT is a number.", MISUSED),
        (Overdrawn(), "There are not enough credits", REFUSED),
        (FileNotFoundError(2, "No such file", "a.csv"), "a.csv is not there.", MISUSED),
        (PermissionError(13, "Permission denied", "/d"), "/d cannot be used:", MISUSED),
        (IsADirectoryError(21, "Is a directory", "d"), "d is a directory; give a file.", MISUSED),
        (DatabaseUnavailable("refused"), "The database does not answer: refused.", MISUSED),
        (sqlite3.DatabaseError("no database"), "database file cannot be used", MISUSED),
        (ExceptionGroup("", [BadSettings("Inside.")]), "Inside.", MISUSED),
        (RuntimeError("odd"), "RuntimeError: odd\nRun the command again with --debug", MISUSED),
    ],
)
def test_each_kind_of_error_has_its_sentence(error: Exception, said: str, code: int):
    message, exit_code = describe(error)
    assert said in message
    assert exit_code == code


def test_the_findings_of_a_problem_are_listed_up_to_five():
    problem = Problem("Wrong.", details=[Detail("", f"Finding {at}.") for at in range(7)])
    assert describe(problem)[0].splitlines() == [
        "Wrong.",
        *(f"  Finding {at}." for at in range(5)),
        "  … and 2 more.",
    ]
