"""Rows of node runs, attempts and assets as the engine first writes them."""

from collections.abc import Mapping
from typing import Any, Final

from pixelmill.db.statements import Row
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import AttemptState, NodeState
from pixelmill.engine.job import Job
from pixelmill.kit.ids import new_id

_FRESH_RUN: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("cached", "substituted", "attempts", "credits", "credits_saved"), 0),
    **dict.fromkeys(("reason", "params", "inputs", "output", "error", "warnings", "model")),
    **dict.fromkeys(("provider", "ticket", "seed", "provider_cost", "provider_currency")),
    "queued_ms": 0,
    "ended_at": None,
}


def node_run_row(job: Job, node: Node, state: NodeState) -> Row:
    """A node run without a result yet; its id is that of an earlier row of the same run."""
    item = job.item
    known = next(
        (
            run
            for run in job.claimed.node_runs
            if run["node_id"] == node.id and run["round"] == item["round"]
        ),
        None,
    )
    return {
        **_FRESH_RUN,
        "id": known["id"] if known else new_id("nrn"),
        "workspace_id": item["workspace_id"],
        "execution_id": item["execution_id"],
        "item_id": item["id"],
        "node_id": node.id,
        "round": item["round"],
        "node_type": node.node_type,
        "label": node.label,
        "number": node.number,
        "state": state.value,
        "simulated": int(job.order.simulate),
        "started_at": known["started_at"] if known else None,
    }


def attempt_row(
    job: Job, node_id: str, *, call: int, number: int, provider: str, model: str, now_ms: int
) -> Row:
    """An attempt that is about to be sent."""
    item = job.item
    return {
        "id": new_id("att"),
        "workspace_id": item["workspace_id"],
        "execution_id": item["execution_id"],
        "item_id": item["id"],
        "node_id": node_id,
        "round": item["round"],
        "call": call,
        "attempt": number,
        "state": AttemptState.SENT.value,
        "provider": provider,
        "model": model,
        "ticket": None,
        "next_step": None,
        "result": None,
        "failure": None,
        "message": None,
        "provider_cost": None,
        "provider_currency": None,
        "cost_source": None,
        "sent_at": now_ms,
        "ended_at": None,
    }
