"""Reads a file of prompts, whatever made it, as rows under named columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from pixelmill.domain.values import JsonValue
from pixelmill.kit.problems import Problem

MOST_BYTES: Final = 64 << 20
ENDINGS: Final = (".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".xlsx")


class BadPrompts(Problem):
    """These prompts cannot be read. Mend the row and column that the message names."""

    code: ClassVar[str] = "invalid_prompts"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "Prompts not readable"


@dataclass(frozen=True, slots=True)
class PromptTable:
    """Rows in the order of the file; row 1 is the first below the header.

    ``header`` is False where the columns have no names of their own (a text file), so that the
    only column may serve the only input.
    """

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, JsonValue], ...]
    header: bool = True


def read_prompts(data: bytes, name: str) -> PromptTable:
    """The table in ``data``; the ending of ``name`` tells the format. Raises BadPrompts."""
    from pixelmill.services import prompt_sheets, prompt_texts  # noqa: PLC0415 - they import us

    ending = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    if len(data) > MOST_BYTES:
        raise BadPrompts(
            f"{name} has {len(data) >> 20} MB; {MOST_BYTES >> 20} MB fit. Split it into several."
        )
    if ending == ".xlsx":
        return prompt_sheets.read_xlsx(data, name)
    if ending == ".txt":
        return prompt_texts.read_lines(data, name)
    if ending in (".jsonl", ".ndjson"):
        return prompt_texts.read_jsonl(data, name)
    if ending in (".csv", ".tsv"):
        return prompt_texts.read_csv(data, name)
    raise BadPrompts(f"{name}: prompts come as {', '.join(ENDINGS)}. Save it as one of them.")


def table_of(head: Sequence[str], rows: Iterable[Sequence[JsonValue]], name: str) -> PromptTable:
    """A table with a header, checked: names given and different, every row as long as the header.

    Raises BadPrompts naming row and column.
    """
    listed = [list(row) for row in rows]
    columns = [column.strip() for column in head]
    while columns and not columns[-1] and all(_ends_empty(row, len(columns)) for row in listed):
        for row in listed:
            del row[len(columns) - 1 :]
        columns.pop()
    _check_columns(columns, name)
    found: list[Mapping[str, JsonValue]] = []
    for number, row in enumerate(listed, 1):
        if len(row) != len(columns):
            raise BadPrompts(f"{name}: {_ragged(number, row, columns)}")
        found.append(dict(zip(columns, row, strict=True)))
    if not found:
        raise BadPrompts(f"{name} has a header but no rows. Write one row for each image.")
    return PromptTable(tuple(columns), tuple(found))


def _ends_empty(row: Sequence[JsonValue], width: int) -> bool:
    return len(row) < width or (len(row) == width and row[-1] in ("", None))


def _check_columns(columns: Sequence[str], name: str) -> None:
    places: dict[str, int] = {}
    for place, column in enumerate(columns, 1):
        if not column:
            raise BadPrompts(f"{name}: column {place} has no name. Name it in the first row.")
        if column in places:
            raise BadPrompts(
                f"{name}: the column '{column}' appears twice, as column {places[column]} and "
                f"{place}. Rename one."
            )
        places[column] = place
    if not columns:
        raise BadPrompts(f"{name} is empty. The first row names the columns.")


def _ragged(number: int, row: Sequence[JsonValue], columns: Sequence[str]) -> str:
    if len(row) < len(columns):
        return (
            f"Row {number} has {len(row)} values for {len(columns)} columns; "
            f"'{columns[len(row)]}' is missing."
        )
    return (
        f"Row {number} has {len(row)} values for {len(columns)} columns; '{row[len(columns)]}' "
        f"is one too many after '{columns[-1]}'. Put texts with a comma in double quotes."
    )
