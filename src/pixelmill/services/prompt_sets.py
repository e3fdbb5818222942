"""Prompt sets: uploaded rows that are checked once and executed as often as wanted."""

import asyncio
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from pathlib import PurePosixPath
from typing import Any, Final

import orjson
from sqlalchemy import and_, bindparam, or_, select, update

from pixelmill.db.database import fetch_one
from pixelmill.db.scripts import Script, now, write
from pixelmill.db.statements import Row, Statement, insert_into
from pixelmill.db.tables.access import prompt_sets
from pixelmill.domain.limits import HIGHEST_MAX_ITEMS
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.prompt_files import PromptTable, read_prompts
from pixelmill.services.watching import BadCursor

ROWS_PER_PART: Final = 2000
ROWS_SHOWN: Final = 5

KEEP = insert_into(
    prompt_sets,
    *("id", "workspace_id", "name", "columns", "row_count", "storage_key", "created_at"),
)
_MINE = (prompt_sets.c.workspace_id == bindparam("workspace_id"), prompt_sets.c.deleted == 0)
FIND = Statement(select(prompt_sets).where(prompt_sets.c.id == bindparam("id"), *_MINE))
_NEWEST = (prompt_sets.c.created_at.desc(), prompt_sets.c.id.desc())
LIST = Statement(select(prompt_sets).where(*_MINE).order_by(*_NEWEST).limit(bindparam("limit")))
LIST_BEHIND = Statement(
    select(prompt_sets)
    .where(
        *_MINE,
        or_(
            prompt_sets.c.created_at < bindparam("before_at"),
            and_(
                prompt_sets.c.created_at == bindparam("before_at"),
                prompt_sets.c.id < bindparam("before"),
            ),
        ),
    )
    .order_by(*_NEWEST)
    .limit(bindparam("limit"))
)
FORGET = Statement(
    update(prompt_sets).where(prompt_sets.c.id == bindparam("b_id")).values(deleted=1)
)


class PromptSetUnknown(Problem):
    """There is no such prompt set in this workspace."""

    code = "prompt_set_not_found"
    status = 404
    title = "Prompt set not found"


class TooManyRows(Problem):
    """The file has more rows than a prompt set takes. Split it into several."""

    code = "too_many_items"
    status = 422
    title = "Too many rows"


async def keep_prompt_set(
    house: House, principal: Principal, data: bytes, file_name: str
) -> JsonValue:
    """Read, check and keep a file of rows. Raises BadPrompts naming row and column, TooManyRows.

    A file with a faulty row is refused whole.
    """
    table = await asyncio.to_thread(read_prompts, data, file_name)
    if len(table.rows) > HIGHEST_MAX_ITEMS:
        raise TooManyRows(
            f"A prompt set takes at most {HIGHEST_MAX_ITEMS:,} rows, but {file_name} has "
            f"{len(table.rows):,}. Split it into several.",
            extra={"limit": HIGHEST_MAX_ITEMS, "found": len(table.rows)},
        )
    set_id = new_id("pst")
    key = f"{principal.workspace_id}/prompt-sets/{set_id}"
    parts = range(0, len(table.rows), ROWS_PER_PART)
    for number, start in enumerate(parts):
        part = await asyncio.to_thread(_lines, table.rows[start : start + ROWS_PER_PART])
        await house.parts.storage.put(f"{key}/{number:04}.jsonl", part)
    columns = {"names": list(table.columns), "header": table.header, "parts": len(parts)}
    row: Row = {
        "id": set_id,
        "workspace_id": principal.workspace_id,
        "name": PurePosixPath(file_name).name[:200],
        "columns": columns,
        "row_count": len(table.rows),
        "storage_key": key,
    }
    await house.parts.database.transact(_keep(row))
    report = await asyncio.to_thread(_report, table)
    return {**_body(await find_prompt_set(house, principal, set_id)), **report}


async def find_prompt_set(house: House, principal: Principal, set_id: str) -> Row:
    """A prompt set of this workspace. Raises PromptSetUnknown."""
    row = await fetch_one(
        house.parts.database, FIND, id=set_id, workspace_id=principal.workspace_id
    )
    if row is None:
        raise PromptSetUnknown(f"There is no prompt set {set_id[:80]} in this workspace.")
    return row


async def read_prompt_set(house: House, principal: Principal, set_id: str) -> JsonValue:
    """A prompt set with its first rows. Raises PromptSetUnknown."""
    row = await find_prompt_set(house, principal, set_id)
    first = await house.parts.storage.read(f"{row['storage_key']}/0000.jsonl")
    shown = [orjson.loads(line) for line in first.splitlines()[:ROWS_SHOWN]]
    return {**_body(row), "firstRows": shown}


async def list_prompt_sets(
    house: House, principal: Principal, limit: int, cursor: str | None
) -> tuple[list[dict[str, JsonValue]], str | None]:
    """The newest first, and the cursor of the next page. Raises BadCursor."""
    values: dict[str, Any] = {"workspace_id": principal.workspace_id, "limit": limit + 1}
    statement = LIST
    if cursor is not None:
        statement = LIST_BEHIND
        values["before_at"], values["before"] = _read_cursor(cursor)
    rows = await house.parts.database.fetch(statement, **values)
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["created_at"], rows[-1]["id"])
    return [_body(row) for row in rows], following


async def delete_prompt_set(house: House, principal: Principal, set_id: str) -> None:
    """Forget the set and its rows; executions keep what they took. Raises PromptSetUnknown."""
    row = await find_prompt_set(house, principal, set_id)
    await house.parts.database.transact(_forget(set_id))
    for number in range(row["columns"]["parts"]):
        await house.parts.storage.delete(f"{row['storage_key']}/{number:04}.jsonl")


async def load_table(house: House, principal: Principal, set_id: str) -> PromptTable:
    """All rows of a set. Raises PromptSetUnknown."""
    row = await find_prompt_set(house, principal, set_id)
    rows: list[Mapping[str, JsonValue]] = []
    for number in range(row["columns"]["parts"]):
        part = await house.parts.storage.read(f"{row['storage_key']}/{number:04}.jsonl")
        rows += [orjson.loads(line) for line in part.splitlines()]
    return PromptTable(tuple(row["columns"]["names"]), tuple(rows), row["columns"]["header"])


def _lines(rows: Sequence[Mapping[str, JsonValue]]) -> bytes:
    return b"".join(orjson.dumps(dict(row)) + b"\n" for row in rows)


def _keep(row: Row) -> Script[None]:
    now_ms = yield from now()
    yield from write(KEEP, [{**row, "created_at": now_ms}])


def _forget(set_id: str) -> Script[None]:
    yield from write(FORGET, [{"b_id": set_id}])


def _body(row: Row) -> dict[str, JsonValue]:
    return {
        "id": row["id"],
        "promptSetId": row["id"],
        "name": row["name"],
        "columns": row["columns"]["names"],
        "rowCount": row["row_count"],
        "createdAt": rfc3339(row["created_at"]),
    }


def _report(table: PromptTable) -> dict[str, JsonValue]:
    """What a person should look at although every row can be read: empty cells, and equal rows."""
    empty: dict[str, JsonValue] = {}
    for column in table.columns:
        found = sum(1 for row in table.rows if row.get(column) in (None, ""))
        if found:
            empty[column] = found
    # Hashes, since the rows themselves are in memory once already.
    seen = {
        blake2b(orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
        for row in table.rows
    }
    return {
        "report": {
            "rows": len(table.rows),
            "faultyRows": 0,
            "emptyCells": empty,
            "repeatedRows": len(table.rows) - len(seen),
        },
        "firstRows": [dict(row) for row in table.rows[:ROWS_SHOWN]],
    }


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        created_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(created_at, int) or not isinstance(id_, str):
        raise BadCursor
    return created_at, id_
