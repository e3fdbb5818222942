"""The manifest of a batch: the person's own rows with what became of each, as CSV."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pixelmill.domain.values import JsonValue, as_text

COLUMNS: Final = ("file", "state", "error", "seed", "seconds", "credits", "sha256")
SEPARATOR: Final = ";"
"""Between the files of a row that made several; no file's name has it."""
_FORMULA: Final = re.compile(r"\s*[=+\-@\t\r]")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """What became of one row. ``seconds`` is None for an item that did not start."""

    cells: Mapping[str, JsonValue]
    files: Sequence[str] = ()
    state: str = "PENDING"
    error: str = ""
    seed: int | None = None
    seconds: float | None = None
    credits: float = 0
    sha256: Sequence[str] = ()

    def told(self) -> dict[str, JsonValue]:
        """The row's own columns by their name in COLUMNS."""
        return {
            "file": SEPARATOR.join(self.files),
            "state": self.state,
            "error": self.error,
            "seed": self.seed,
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "credits": self.credits,
            "sha256": SEPARATOR.join(self.sha256),
        }


def write_manifest(columns: Sequence[str], rows: Iterable[ManifestRow]) -> bytes:
    """The manifest as CSV in UTF-8, with a mark for Excel where there is more than ASCII.

    A column of the person's that has the name of one of ours keeps it, and ours is called
    ``result_…``; only ``seed`` is replaced, since it holds what the person gave.
    """
    own = [column for column in columns if column != "seed"]
    names = {name: f"result_{name}" if name in own else name for name in COLUMNS}
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([defused(column) for column in (*own, *names.values())])
    for row in rows:
        told = row.told()
        cells = [row.cells.get(column) for column in own] + [told[name] for name in names]
        writer.writerow([_cell(cell) for cell in cells])
    written = text.getvalue()
    return written.encode("utf-8" if written.isascii() else "utf-8-sig")


def defused(text: str) -> str:
    """A text that a spreadsheet shows and never runs: see OWASP, CSV injection."""
    if _FORMULA.match(text) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _cell(value: JsonValue) -> str:
    return "" if value is None else defused(as_text(value))
