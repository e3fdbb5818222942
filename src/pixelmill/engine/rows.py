"""Rows of node runs, attempts and assets as the engine first writes them."""

from pixelmill.db.statements import Row
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import AttemptState, NodeState
from pixelmill.engine.job import Job
from pixelmill.kit.ids import new_id


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
        "reason": None,
        "cached": 0,
        "simulated": int(job.order.simulate),
        "substituted": 0,
        "attempts": 0,
        "params": None,
        "inputs": None,
        "output": None,
        "error": None,
        "warnings": None,
        "model": None,
        "provider": None,
        "ticket": None,
        "seed": None,
        "credits": 0,
        "credits_saved": 0,
        "provider_cost": None,
        "provider_currency": None,
        "queued_ms": 0,
        "started_at": known["started_at"] if known else None,
        "ended_at": None,
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
