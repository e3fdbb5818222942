"""The root of all errors that a person may see."""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Detail:
    """One finding: where (``items[3].inputs.prompt``, may be empty) and what, in a sentence."""

    path: str
    message: str


class Problem(Exception):
    """Something went wrong on our side. Try again; if it stays, look into the server's log.

    A subclass lives where its rule lives; its docstring is the default ``detail``, which says what
    to do. ``code`` is the stable name on the wire, ``status`` the HTTP status, ``extra`` holds
    further top-level members of the answer (camelCase), ``retry_after_s`` seconds to wait.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self,
        detail: str = "",
        *,
        details: Iterable[Detail] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        self.detail = detail or _first_paragraph(type(self))
        super().__init__(self.detail)
        self.details = tuple(details)
        self.extra = dict(extra or {})
        self.retry_after_s = retry_after_s


def _first_paragraph(problem: type[Problem]) -> str:
    text = inspect.getdoc(problem) or ""
    return " ".join(text.split("\n\n", 1)[0].split())
