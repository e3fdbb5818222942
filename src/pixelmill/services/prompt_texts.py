"""Reads prompts from text files: CSV of any dialect, one prompt a line, JSON lines."""

import codecs
import csv
import io
import re
from collections.abc import Mapping
from typing import Final, cast

import orjson

from pixelmill.domain.values import JsonValue
from pixelmill.services.prompt_files import BadPrompts, PromptTable, table_of

PROMPT: Final = "prompt"
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SEPARATORS: Final = (",", ";", "\t", "|")
_SAMPLE_ROWS: Final = 50
_LONGEST_CELL: Final = 1 << 20
_SIGNS: Final = (
    b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa1\xa3\xa7\xa9\xab\xae\xb0\xb1\xb2"
    b"\xb3\xb4\xb5\xb7\xb9\xba\xbb\xbc\xbd\xbe\xbf\xd7"
).decode("cp1252")
_FOREIGN: Final = re.compile(rf"[^\W\d_a-zA-Z]{{3}}|[^\x00-\x7f\w{_SIGNS}]")
"""What text in Windows-1252 does not have: accented letters in a row, and rare signs."""


def read_lines(data: bytes, name: str) -> PromptTable:
    """One prompt in each line that is not blank."""
    lines = [line.strip() for line in decoded(data, name).splitlines()]
    rows = tuple({PROMPT: line} for line in lines if line)
    if not rows:
        raise BadPrompts(f"{name} is empty. Write one prompt in each line.")
    return PromptTable((PROMPT,), rows, header=False)


def read_jsonl(data: bytes, name: str) -> PromptTable:
    """One JSON object, or one prompt as a JSON text, in each line."""
    rows: list[Mapping[str, JsonValue]] = []
    columns: dict[str, None] = {}
    bare = True
    for line in filter(None, map(str.strip, decoded(data, name).splitlines())):
        number = len(rows) + 1
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise BadPrompts(f"{name}: Row {number} is no JSON: {error}.") from error
        if isinstance(value, dict):
            bare = False
            row = cast("dict[str, JsonValue]", value)
        elif isinstance(value, str):
            row = {PROMPT: value}
        else:
            raise BadPrompts(f"{name}: Row {number} is neither an object nor a text.")
        columns.update(dict.fromkeys(row))
        rows.append(row)
    if not rows:
        raise BadPrompts(f"{name} is empty. Write one JSON object in each line.")
    return PromptTable(tuple(columns), tuple(rows), header=not bare)


def read_csv(data: bytes, name: str) -> PromptTable:
    """A table whose columns are separated by comma, semicolon, tab or bar; the header decides."""
    text = decoded(data, name)
    first, _, rest = text.partition("\n")
    separator = None
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=x"):
        separator, text = first.strip()[-1], rest
    rows = _csv_rows(text, separator or _separator(text), name)
    if not rows:
        raise BadPrompts(f"{name} is empty. The first row names the columns.")
    return table_of(rows[0], cast("list[list[JsonValue]]", rows[1:]), name)


def decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 or Windows' Western code page.

    Raises BadPrompts naming the first row that cannot be read.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, name)
    if len(data) > 1 and 0 in data[:2] and data[:2] != b"\0\0":
        return _strictly(data, "utf-16-le" if data[1] == 0 else "utf-16-be", name)
    if b"\0" in data:
        raise BadPrompts(f"{name} is no text file. Save it as CSV in UTF-8.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _western(data, name, error.start)


def _strictly(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        row = data[: error.start].decode(encoding, "replace").count("\n")
        raise BadPrompts(
            f"{name}: {_row(row)} is not valid {encoding.upper()}. Save the file as UTF-8."
        ) from error


def _western(data: bytes, name: str, start: int) -> str:
    """Windows-1252, if what it gives can be a text; other alphabets give odd rows of letters."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        start = error.start
    else:
        odd = _FOREIGN.search(text)
        if odd is None:
            return text
        start = odd.start()
    row = data.count(b"\n", 0, start)
    raise BadPrompts(
        f"{name}: {_row(row)} is not in UTF-8, and no other alphabet can be told. "
        "Save the file as UTF-8."
    )


def _row(lines_before: int) -> str:
    return f"Row {lines_before}" if lines_before else "The first row"


def _separator(text: str) -> str:
    """What splits the header and the rows below it into equally many columns, most of them."""
    best, most = ",", (False, 1)
    for candidate in _SEPARATORS:
        reader = csv.reader(io.StringIO(text), delimiter=candidate)
        try:
            sample = [row for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False) if row]
        except csv.Error:
            continue
        width = len(sample[0]) if sample else 0
        score = (all(len(row) == width for row in sample) and width > 1, width)
        if score > most:
            best, most = candidate, score
    return best


def _csv_rows(text: str, separator: str, name: str) -> list[list[str]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            stripped = [cell.strip() for cell in row]
            if any(stripped):
                rows.append(stripped)
    except csv.Error as error:
        reason = "a quote is opened and not closed" if "end of data" in str(error) else str(error)
        raise BadPrompts(f"{name}: {_row(len(rows))}: {reason}.") from error
    return rows
