"""Reads prompts from the first sheet of an Excel workbook."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from python_calamine import CalamineError, CalamineWorkbook

from pixelmill.domain.values import JsonValue
from pixelmill.services.prompt_files import BadPrompts, PromptTable, table_of

Cell: TypeAlias = float | str | bool | time | date | datetime | timedelta


def read_xlsx(data: bytes, name: str) -> PromptTable:
    """The first sheet; its first row that is not blank is the header. Raises BadPrompts."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheet = workbook.get_sheet_by_index(0)
        cells: Sequence[Sequence[Cell]] = sheet.to_python(skip_empty_area=True)
    except (CalamineError, OSError, IndexError, ValueError) as error:
        raise BadPrompts(
            f"{name} is no Excel workbook that can be read: {error}. Save it as .xlsx or .csv."
        ) from error
    rows = [[_value(cell) for cell in row] for row in cells]
    filled = [row for row in rows if any(cell not in ("", None) for cell in row)]
    if not filled:
        raise BadPrompts(f"{name} is empty. The first row names the columns.")
    return table_of([str(cell) for cell in filled[0]], filled[1:], name)


def _value(cell: Cell) -> JsonValue:
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return int(cell) if float(cell).is_integer() else cell
