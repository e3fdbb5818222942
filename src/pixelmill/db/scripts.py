"""A transaction as a generator: it yields what to read and write, a driver feeds it the rows.

So the rules of a transaction are written once and run on SQLite's thread and on asyncpg alike.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from pixelmill.db.statements import Row, Statement, Values


@dataclass(frozen=True, slots=True)
class Read:
    """Rows of one query. The driver answers with a list of rows."""

    statement: Statement
    values: Values


@dataclass(frozen=True, slots=True)
class Write:
    """One statement over many rows of values, sent together."""

    statement: Statement
    rows: Sequence[Values]


@dataclass(frozen=True, slots=True)
class Now:
    """The store's clock in milliseconds. The driver answers with an int."""


Step: TypeAlias = Read | Write | Now
R = TypeVar("R")
Script: TypeAlias = Generator[Step, Any, R]


def read(statement: Statement, **values: Any) -> Generator[Step, Any, list[Row]]:
    """Ask for the rows of a query: its answer is what ``yield from`` gives."""
    return (yield Read(statement, values))


def write(statement: Statement, rows: Sequence[Values]) -> Generator[Step, Any, None]:
    """Send one statement with all these rows, if there are any."""
    if rows:
        yield Write(statement, rows)


def now() -> Generator[Step, Any, int]:
    """Milliseconds by the store's clock, read inside the transaction."""
    return (yield Now())
