"""Problems: their docstring speaks unless something better is known."""

from typing import ClassVar

from pixelmill.kit.problems import Detail, Problem


class OutOfPaper(Problem):
    """The printer is out of paper. Put in 20 sheets.

    This paragraph is for programmers.
    """

    code: ClassVar[str] = "out_of_paper"
    status: ClassVar[int] = 409


class OutOfRedPaper(OutOfPaper):
    pass


def test_the_docstring_is_the_default_detail():
    assert OutOfPaper().detail == "The printer is out of paper. Put in 20 sheets."
    assert OutOfRedPaper().detail == OutOfPaper().detail
    assert str(OutOfPaper()) == OutOfPaper().detail


def test_a_better_detail_replaces_it():
    problem = OutOfPaper(
        "Tray 2 is empty.",
        details=[Detail("trays[1]", "Empty.")],
        extra={"tray": 2},
        retry_after_s=30,
    )
    assert (problem.detail, problem.extra, problem.retry_after_s) == (
        "Tray 2 is empty.",
        {"tray": 2},
        30,
    )
    assert problem.details == (Detail("trays[1]", "Empty."),)
    assert (problem.code, problem.status) == ("out_of_paper", 409)


def test_extras_are_never_shared():
    OutOfPaper().extra["x"] = 1
    assert OutOfPaper().extra == {}
