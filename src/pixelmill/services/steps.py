"""The steps of a batch: one line per node over all its items, with time and cost."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, select

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row, Statement
from pixelmill.db.tables.executions import items, node_runs
from pixelmill.db.versions import FIND_VERSION
from pixelmill.domain.credits import shown
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.values import JsonValue
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import find_execution

SUMS = Statement(
    select(
        node_runs.c.node_id,
        node_runs.c.state,
        node_runs.c.model,
        func.count().label("runs"),
        func.sum(node_runs.c.cached).label("cached"),
        func.min(node_runs.c.started_at).label("begun"),
        func.max(node_runs.c.ended_at).label("ended"),
        func.sum(node_runs.c.ended_at - node_runs.c.started_at).label("busy"),
        func.sum(node_runs.c.credits).label("credits"),
    )
    .join(items, (items.c.id == node_runs.c.item_id) & (items.c.round == node_runs.c.round))
    .where(node_runs.c.execution_id == bindparam("execution_id"))
    .group_by(node_runs.c.node_id, node_runs.c.state, node_runs.c.model)
)


async def read_steps(house: House, principal: Principal, id_: str) -> list[JsonValue]:
    """Every node of an execution in the order of its number. Raises ExecutionUnknown.

    ``durationMs`` is from the first start to the last end, ``busyMs`` the sum over the items,
    which overlap.
    """
    execution, _ = await find_execution(house, principal, id_)
    database = house.parts.database
    version = await fetch_one(database, FIND_VERSION, id=execution["version_id"])
    plan = _plan(house, version, execution["target_node_id"]) if version else None
    if plan is None:
        return []
    sums: dict[str, list[Row]] = {}
    for row in await database.fetch(SUMS, execution_id=execution["id"]):
        sums.setdefault(row["node_id"], []).append(row)
    return [
        {
            "nodeId": node.id,
            "nodeLabel": node.label,
            "nodeType": node.node_type,
            "number": node.number,
            **_summed(sums.get(node.id, []), execution["total"]),
        }
        for node in plan.order
    ]


def _plan(house: House, version: Row, target: str | None) -> Plan | None:
    """The plan of a version; None where a node type of it is not installed any more."""
    document, catalog = version["graph"], house.parts.nodes.catalog()
    graph = read_graph(document["nodes"], document["edges"], catalog).graph
    return None if graph is None else compile_plan(graph, catalog, target)


def _summed(rows: Sequence[Row], total: int) -> dict[str, JsonValue]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["state"].lower()] = counts.get(row["state"].lower(), 0) + row["runs"]
    begun = min((row["begun"] for row in rows if row["begun"] is not None), default=None)
    ended = max((row["ended"] for row in rows if row["ended"] is not None), default=None)
    models: dict[str, Any] = {row["model"]: None for row in rows if row["model"]}
    return {
        "total": total,
        "counts": counts,
        "cached": int(sum(row["cached"] for row in rows)),
        "durationMs": None if begun is None or ended is None else max(0, ended - begun),
        "busyMs": int(sum(row["busy"] or 0 for row in rows)),
        "credits": shown(int(sum(row["credits"] for row in rows))),
        "models": list(models),
    }
