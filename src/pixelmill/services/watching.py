"""Reads how executions are going: the status with a page of items, and what comes next."""

import asyncio
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, func, select

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import executions, items, node_runs
from pixelmill.db.tables.workflows import workflows
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import is_id
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.links import Links
from pixelmill.services.status_bodies import status_body

PAGE: Final = 50
LARGEST_PAGE: Final = 200
LOOK_S: Final = 1.0
"""How long a change that another process made may stay unseen."""

FIND_EXECUTION = Statement(
    select(executions, workflows.c.name.label("workflow_name"))
    .join(workflows, workflows.c.id == executions.c.workflow_id, isouter=True)
    .where(
        executions.c.id == bindparam("id"),
        executions.c.workspace_id == bindparam("workspace_id"),
    )
)
FIND_ITEM = Statement(
    select(items).where(
        items.c.id == bindparam("id"), items.c.workspace_id == bindparam("workspace_id")
    )
)
PAGE_OF_ITEMS = Statement(
    select(items)
    .where(
        items.c.execution_id == bindparam("execution_id"),
        items.c.position > bindparam("after"),
    )
    .order_by(items.c.position)
    .limit(bindparam("limit"))
)
RUNS_OF_ITEMS = Statement(
    select(node_runs)
    .join(items, items.c.id == node_runs.c.item_id)
    .where(
        any_of(items.c.id, "ids"),
        # A later round reuses what an earlier one completed.
        (items.c.round == node_runs.c.round) | (node_runs.c.state == NodeState.COMPLETED.value),
    )
    .order_by(items.c.position, node_runs.c.number, node_runs.c.round)
)
OPEN_ITEMS = Statement(
    select(items.c.state, func.count().label("count"))
    .where(items.c.due_at.is_not(None))
    .group_by(items.c.state)
)


class ExecutionUnknown(Problem):
    """There is no such execution in this workspace."""

    code = "execution_not_found"
    status = 404
    title = "Execution not found"


class BadCursor(Problem):
    """This is no cursor. Use the one that came with the page before."""

    code = "invalid_cursor"
    status = 400
    title = "Invalid cursor"


@dataclass(frozen=True, slots=True)
class Page:
    """Which items of an execution to tell of: ``limit`` of them behind the position ``after``.

    ``brief`` leaves out their node runs.
    """

    limit: int = PAGE
    after: int = -1
    brief: bool = False


def page_behind(cursor: str | None, limit: int, *, first: int = 0, brief: bool = False) -> Page:
    """The page that a cursor opens, else the one from item ``first`` on. Raises BadCursor."""
    if cursor is None:
        return Page(limit, first - 1, brief)
    try:
        (after,) = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(after, int) or isinstance(after, bool):
        raise BadCursor
    return Page(limit, after, brief)


async def find_execution(house: House, principal: Principal, id_: str) -> tuple[Row, Row | None]:
    """An execution by its own id or by that of an item, then with the item.

    Raises ExecutionUnknown, in the same words for what is unknown and what belongs to others.
    """
    database, workspace_id = house.parts.database, principal.workspace_id
    item = None
    if is_id(id_, "itm"):
        item = await fetch_one(database, FIND_ITEM, id=id_, workspace_id=workspace_id)
    execution_id = item["execution_id"] if item else id_
    execution = await fetch_one(
        database, FIND_EXECUTION, id=execution_id, workspace_id=workspace_id
    )
    if execution is None:
        raise ExecutionUnknown
    return execution, item


async def read_status(house: House, principal: Principal, id_: str, page: Page) -> JsonValue:
    """The status as a body. Raises ExecutionUnknown.

    The execution is read before its items: what it calls finished is then finished in them too.
    """
    execution, item = await find_execution(house, principal, id_)
    database = house.parts.database
    cursor: str | None = None
    if item is not None:
        # Read again: it may have gone on since.
        found = await database.fetch(FIND_ITEM, id=item["id"], workspace_id=principal.workspace_id)
    else:
        found = await database.fetch(
            PAGE_OF_ITEMS, execution_id=execution["id"], after=page.after, limit=page.limit
        )
        if found and found[-1]["position"] < execution["total"] - 1:
            cursor = encode_cursor(found[-1]["position"])
    ids = [] if page.brief else [row["id"] for row in found]
    runs = await database.fetch(RUNS_OF_ITEMS, ids=ids) if ids else []
    return status_body(
        execution, found, runs, Links(house), alone=item is not None, next_cursor=cursor
    )


async def wait_for_end(
    house: House, principal: Principal, id_: str, seconds: float, closing: asyncio.Event
) -> None:
    """Return when the execution has ended, after ``seconds``, or when the server closes."""
    deadline = house.parts.clock.monotonic() + seconds
    execution, item = await find_execution(house, principal, id_)
    with house.parts.hub.watching(execution["id"]) as watch:
        while not closing.is_set():
            execution, item = await find_execution(house, principal, id_)
            left = deadline - house.parts.clock.monotonic()
            if (item or execution)["ended_at"] is not None or left <= 0:
                return
            await woken(watch.woken, closing, min(left, LOOK_S))
            watch.woken.clear()


async def woken(event: asyncio.Event, closing: asyncio.Event, seconds: float) -> None:
    """Wait for a change, for the server's close, or for so many seconds."""
    tasks = [asyncio.create_task(one.wait()) for one in (event, closing)]
    try:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()


async def count_open_items(house: House) -> dict[str, int]:
    """How many items are not finished, by state, over all workspaces."""
    rows = await house.parts.database.fetch(OPEN_ITEMS)
    return {row["state"]: row["count"] for row in rows}
