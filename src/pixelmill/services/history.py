"""The executions of a workspace, the newest first, page by page."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self, cast

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.sql import ClauseElement

from pixelmill.db.statements import Dialect, Statement, any_of
from pixelmill.db.tables.executions import executions, items
from pixelmill.db.tables.workflows import workflows
from pixelmill.domain.execution import State
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Detail, Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links
from pixelmill.services.status_bodies import summary_body
from pixelmill.services.watching import BadCursor

_ALIASES: Final = {"IN_PROGRESS": State.RUNNING}
"""A spelling that older clients filter by."""

FIRST_ITEMS: Final = 8
"""The cover is the first picture among so many items."""

COVERS = Statement(
    select(items.c.execution_id, items.c.outputs)
    .where(
        any_of(items.c.execution_id, "ids"),
        items.c.position < FIRST_ITEMS,
        items.c.state == State.COMPLETED.value,
    )
    .order_by(items.c.position.desc())
)
_CONDITIONS: Final = {
    "batch": executions.c.id == bindparam("batch"),
    "state": executions.c.state == bindparam("state"),
    "workflow_id": executions.c.workflow_id == bindparam("workflow_id"),
    "since": executions.c.created_at >= bindparam("since"),
    "until": executions.c.created_at < bindparam("until"),
    "before": or_(
        executions.c.created_at < bindparam("before_at"),
        and_(
            executions.c.created_at == bindparam("before_at"),
            executions.c.id < bindparam("before"),
        ),
    ),
}


class BadFilter(Problem):
    """This filter cannot be read."""

    code = "invalid_parameter"
    status = 400
    title = "Invalid parameter"


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """Which executions to list; None leaves a condition out. Times are epoch ms."""

    state: str | None = None
    workflow_id: str | None = None
    since: int | None = None
    until: int | None = None
    batch: str | None = None
    tag: str | None = None

    @classmethod
    def read(
        cls,
        *,
        state: str | None = None,
        workflow_id: str | None = None,
        since: str | None = None,
        until: str | None = None,
        batch: str | None = None,
        tag: str | None = None,
    ) -> Self:
        """The filter as texts of a request. Raises BadFilter."""
        times = _time("since", since), _time("until", until)
        return cls(_state(state), workflow_id, *times, batch, tag)


async def list_executions(
    house: House, principal: Principal, wanted: HistoryFilter, limit: int, cursor: str | None
) -> tuple[list[JsonValue], str | None]:
    """Summaries and the cursor of the next page. Raises BadCursor."""
    values: dict[str, JsonValue] = {
        "state": wanted.state,
        "workflow_id": wanted.workflow_id,
        "since": wanted.since,
        "until": wanted.until,
        "batch": wanted.batch,
        "tag": wanted.tag,
    }
    if cursor is not None:
        values["before_at"], values["before"] = _read_cursor(cursor)
    given = {name: value for name, value in values.items() if value is not None}
    database = house.parts.database
    rows = await database.fetch(
        _statement(frozenset(given)),
        workspace_id=principal.workspace_id,
        limit=limit + 1,
        **given,
    )
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["created_at"], rows[-1]["id"])
    found = await database.fetch(COVERS, ids=[row["id"] for row in rows])
    covers = {row["execution_id"]: row for row in found}
    links = Links(house)
    return [summary_body(row, covers.get(row["id"]), links) for row in rows], following


@lru_cache(maxsize=64)
def _statement(names: frozenset[str]) -> Statement:
    conditions = [condition for name, condition in _CONDITIONS.items() if name in names]

    def build(dialect: Dialect) -> ClauseElement:
        tagged = [_has_tag(dialect)] if "tag" in names else []
        return (
            select(executions, workflows.c.name.label("workflow_name"))
            .join(workflows, workflows.c.id == executions.c.workflow_id, isouter=True)
            .where(executions.c.workspace_id == bindparam("workspace_id"), *conditions, *tagged)
            .order_by(executions.c.created_at.desc(), executions.c.id.desc())
            .limit(bindparam("limit"))
        )

    return Statement(build)


def _has_tag(dialect: Dialect) -> ColumnElement[bool]:
    """Whether the list of tags has this one: each store looks into JSON in its own way."""
    column, tag = executions.c.tags, bindparam("tag", type_=Text())
    if dialect == "postgresql":
        # A list bound as JSONB would need encoding here; the operator takes the bare text.
        return cast("ColumnElement[bool]", column.op("?", is_comparison=True)(tag))
    each = func.json_each(column).table_valued("value")
    return exists(select(literal(1)).select_from(each).where(each.c.value == tag))


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        created_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(created_at, int) or not isinstance(id_, str):
        raise BadCursor
    return created_at, id_


def _state(text: str | None) -> str | None:
    if text is None:
        return None
    state = _ALIASES.get(text.upper(), text.upper())
    if state not in frozenset(State):
        message = f"'status' is one of {', '.join(State)}."
        raise BadFilter(message, details=[Detail("status", message)])
    return str(state)


def _time(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return parse_rfc3339(text)
    except ValueError:
        message = f"'{name}' is a time like 2026-11-22T09:42:00Z."
        raise BadFilter(message, details=[Detail(name, message)]) from None
