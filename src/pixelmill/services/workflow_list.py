"""The workflows of a workspace, the last changed first, page by page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from pixelmill.db.database import Database
from pixelmill.db.statements import Dialect, Row, Statement
from pixelmill.db.tables.workflows import workflows
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.services.house import Principal
from pixelmill.services.watching import BadCursor

_MARKS = str.maketrans({mark: f"\\{mark}" for mark in "\\%_"})


@dataclass(frozen=True, slots=True)
class WorkflowFilter:
    """Which workflows to list; None leaves a condition out.

    ``q`` is a part of name or description, in any case as far as the store knows cases (SQLite:
    those of ASCII).
    """

    active: bool | None = None
    media_id: str | None = None
    team_id: str | None = None
    tag: str | None = None
    q: str | None = None

    def values(self) -> dict[str, Any]:
        """The conditions that are asked for."""
        given = {
            "active": None if self.active is None else int(self.active),
            "media_id": self.media_id,
            "team_id": self.team_id,
            "tag": self.tag,
            "q": None if self.q is None else f"%{self.q.translate(_MARKS).lower()}%",
        }
        return {name: value for name, value in given.items() if value is not None}


async def list_page(
    database: Database,
    principal: Principal,
    limit: int,
    cursor: str | None,
    wanted: WorkflowFilter,
) -> tuple[list[Row], str | None]:
    """One page of workflows without their drawings, and the next cursor. Raises BadCursor."""
    values = wanted.values()
    if cursor is not None:
        values["before_at"], values["before"] = _read_cursor(cursor)
    rows = await database.fetch(
        _statement(frozenset(values)),
        workspace_id=principal.workspace_id,
        limit=limit + 1,
        **values,
    )
    if len(rows) <= limit:
        return rows, None
    rows = rows[:limit]
    return rows, encode_cursor(rows[-1]["updated_at"], rows[-1]["id"])


@lru_cache(maxsize=64)
def _statement(names: frozenset[str]) -> Statement:
    return Statement(lambda dialect: _select(names, dialect))


def _select(names: frozenset[str], dialect: Dialect) -> Any:  # noqa: ANN401 - Core's own
    table = workflows.c
    before = and_(table.updated_at == bindparam("before_at"), table.id < bindparam("before"))
    conditions: dict[str, ColumnElement[bool]] = {
        "active": table.is_active == bindparam("active"),
        "media_id": table.media_id == bindparam("media_id"),
        "team_id": table.team_id == bindparam("team_id"),
        "tag": _has_tag(dialect),
        "q": or_(
            *(
                func.lower(column).like(bindparam("q"), escape="\\")
                for column in (table.name, table.description)
            )
        ),
        "before": or_(table.updated_at < bindparam("before_at"), before),
    }
    return (
        select(*(column for column in table if column.name != "canvas"))
        .where(
            table.workspace_id == bindparam("workspace_id"),
            table.deleted_at.is_(None),
            *(condition for name, condition in conditions.items() if name in names),
        )
        .order_by(table.updated_at.desc(), table.id.desc())
        .limit(bindparam("limit"))
    )


def _has_tag(dialect: Dialect) -> ColumnElement[bool]:
    if dialect == "postgresql":
        wanted = func.jsonb_build_array(cast(bindparam("tag"), Text), type_=JSONB)
        return workflows.c.tags.op("@>")(wanted)
    each = func.json_each(workflows.c.tags).table_valued("value")
    return exists(select(1).select_from(each).where(each.c.value == bindparam("tag")))


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        updated_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(updated_at, int) or not isinstance(id_, str):
        raise BadCursor
    return updated_at, id_
