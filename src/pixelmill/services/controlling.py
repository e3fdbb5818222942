"""Cancels, resumes and retries executions and items; what is finished is always kept."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson
from sqlalchemy import bindparam, select, update

from pixelmill.db.acceptance import Accepted, StoredReply
from pixelmill.db.closing import Close
from pixelmill.db.database import fetch_one
from pixelmill.db.reopening import NothingToReopen, Reopen
from pixelmill.db.scripts import Script, now, write
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.executions import executions, items, node_runs
from pixelmill.db.tables.workflows import workflow_versions
from pixelmill.domain.credits import Quote, QuoteLine, quote, shown
from pixelmill.domain.execution import REOPENABLE, State, terminal
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.item_drafts import Overrides
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import is_id
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.quoting import price_here
from pixelmill.services.watching import ExecutionUnknown

RETRIED = frozenset({State.FAILED, State.TIMEOUT})
Verb = Literal["resume", "retry"]

FIND_EXECUTION = Statement(
    select(executions, workflow_versions.c.graph)
    .join(workflow_versions, workflow_versions.c.id == executions.c.version_id)
    .where(
        executions.c.id == bindparam("id"),
        executions.c.workspace_id == bindparam("workspace_id"),
    )
)
EXECUTION_OF_ITEM = Statement(
    select(items.c.execution_id).where(
        items.c.id == bindparam("id"), items.c.workspace_id == bindparam("workspace_id")
    )
)
ITEMS = Statement(
    select(items.c.id, items.c.state, items.c.overrides).where(
        items.c.execution_id == bindparam("execution_id")
    )
)
DONE = Statement(
    select(node_runs.c.item_id, node_runs.c.node_id).where(
        node_runs.c.execution_id == bindparam("execution_id"),
        node_runs.c.state == NodeState.COMPLETED.value,
    )
)
UNPAUSE = Statement(
    update(executions).where(executions.c.id == bindparam("b_id")).values(paused_at=None)
)
PAUSE = Statement(
    update(executions)
    .where(executions.c.id == bindparam("b_id"), executions.c.ended_at.is_(None))
    .values(paused_at=bindparam("paused_at"))
)


class InvalidState(Problem):
    """This execution has ended already; there is nothing to cancel or to pause."""

    code = "invalid_state"
    status = 409
    title = "Ended already"


@dataclass(frozen=True, slots=True)
class Target:
    """What a call means: an execution, or one item of it."""

    execution: Row
    item_id: str | None

    @property
    def id(self) -> str:
        """The id that was named."""
        return self.item_id or self.execution["id"]


async def cancel(house: House, principal: Principal, id_: str) -> JsonValue:
    """End what is not finished. Raises ExecutionUnknown, InvalidState."""
    target = await _find(house, principal, id_)
    ended: int = await house.parts.writer.submit(
        Close(target.execution["id"], State.CANCELLED, target.item_id)
    )
    if not ended:
        raise InvalidState
    return {
        "executionId": target.execution["id"],
        "id": target.id,
        "status": State.CANCELLED.value,
        "cancelledRuns": ended,
        "data": {"executionId": target.execution["id"], "status": State.CANCELLED.value},
    }


async def pause(house: House, principal: Principal, id_: str) -> JsonValue:
    """Begin no further item; what is under way ends. Raises ExecutionUnknown, InvalidState."""
    target = await _find(house, principal, id_)
    if target.execution["ended_at"] is not None:
        raise InvalidState
    await house.parts.database.transact(_pause(target.execution["id"]))
    return {"executionId": target.execution["id"], "paused": True}


async def reopen(
    house: House,
    principal: Principal,
    id_: str,
    verb: Verb,
    *,
    idempotency_key: str | None = None,
    fingerprint: str = "",
) -> Accepted:
    """Give unfinished items a new round; ``retry`` only those that failed or ran out of time.

    Resuming a paused execution lets it go on. Raises ExecutionUnknown, NothingToReopen, and what
    accepting an execution raises.
    """
    target = await _find(house, principal, id_)
    if target.execution["paused_at"] is not None and verb == "resume":
        await house.parts.database.transact(_unpause(target.execution["id"]))
        if target.execution["ended_at"] is None:
            _wake(house)
            return Accepted(_reply(house, target, 0))
    states = RETRIED if verb == "retry" else REOPENABLE
    wanted = await _items_in(house, target, states)
    if not wanted:
        raise NothingToReopen
    quoted, holds = await _price(house, target, wanted)
    accepted: Accepted = await house.parts.writer.submit(
        Reopen(
            workspace_id=principal.workspace_id,
            execution_id=target.execution["id"],
            holds=holds,
            charge=bool(target.execution["charge"]),
            limits=house.plans[principal.plan],
            quote=quoted,
            reply=_reply(house, target, len(wanted), quoted.millicredits),
            idempotency_key=idempotency_key,
            fingerprint=fingerprint,
            states=states,
        )
    )
    _wake(house)
    return accepted


async def _find(house: House, principal: Principal, id_: str) -> Target:
    database, workspace = house.parts.database, principal.workspace_id
    execution_id, item_id = id_, None
    if is_id(id_, "itm"):
        owner = await fetch_one(database, EXECUTION_OF_ITEM, id=id_, workspace_id=workspace)
        execution_id, item_id = (owner["execution_id"] if owner else ""), id_
    row = await fetch_one(database, FIND_EXECUTION, id=execution_id, workspace_id=workspace)
    if row is None:
        raise ExecutionUnknown
    return Target(row, item_id)


async def _items_in(house: House, target: Target, states: frozenset[State]) -> list[Row]:
    rows = await house.parts.database.fetch(ITEMS, execution_id=target.execution["id"])
    return [
        row
        for row in rows
        if target.item_id in (None, row["id"])
        and State(row["state"]) in states
        and terminal(State(row["state"]))
    ]


async def _price(
    house: House, target: Target, wanted: Sequence[Row]
) -> tuple[Quote, dict[str, int]]:
    """What the nodes cost that did not complete, in all and by item."""
    done: dict[str, set[str]] = {}
    for row in await house.parts.database.fetch(DONE, execution_id=target.execution["id"]):
        done.setdefault(row["item_id"], set()).add(row["node_id"])
    return await asyncio.to_thread(
        _add_up, house, _plan_of(house, target), target.execution, wanted, done
    )


def _add_up(
    house: House,
    plan: Plan,
    execution: Row,
    wanted: Sequence[Row],
    done: Mapping[str, set[str]],
) -> tuple[Quote, dict[str, int]]:
    call: Overrides = execution["node_overrides"] or {}
    holds = {row["id"]: 0 for row in wanted}
    lines: list[QuoteLine] = []
    for node in plan.order:
        node_type = house.parts.nodes[node.node_type]
        if not node_type.uses_models:
            continue
        missing = [row for row in wanted if node.id not in done.get(row["id"], ())]
        total = 0
        for row in missing:
            own: Overrides = row["overrides"] or {}
            price = price_here(house, node, call.get(node.id, {}), own.get(node.id, {}))
            holds[row["id"]] += price.millicredits
            total += price.millicredits
        lines.append(QuoteLine(node.id, node.number, node.label, None, 0, 1, len(missing), total))
    return quote(lines, len(wanted)), holds


def _plan_of(house: House, target: Target) -> Plan:
    document, catalog = target.execution["graph"], house.parts.nodes.catalog()
    graph = read_graph(document["nodes"], document["edges"], catalog).graph
    if graph is None:
        raise InvalidState("A node type of this execution is no longer installed.")
    return compile_plan(graph, catalog, target.execution["target_node_id"])


def _reply(house: House, target: Target, runs: int, millicredits: int = 0) -> StoredReply:
    execution_id = target.execution["id"]
    location = f"{house.public_url}/api/v1/executions/{execution_id}"
    body = {
        "executionId": execution_id,
        "batchId": execution_id,
        "id": target.id,
        "status": State.RUNNING.value,
        "round": target.execution["round"] + (1 if runs else 0),
        "reopenedRuns": runs,
        "creditsQuoted": shown(millicredits),
        "statusUrl": f"{location}/poll",
        "data": {"executionId": execution_id, "status": State.RUNNING.value},
    }
    return StoredReply(202, {"location": location}, orjson.dumps(body).decode())


def _pause(execution_id: str) -> Script[None]:
    now_ms = yield from now()
    yield from write(PAUSE, [{"b_id": execution_id, "paused_at": now_ms}])


def _unpause(execution_id: str) -> Script[None]:
    yield from write(UNPAUSE, [{"b_id": execution_id}])


def _wake(house: House) -> None:
    if house.engine is not None:
        house.engine.feeder.wake()
