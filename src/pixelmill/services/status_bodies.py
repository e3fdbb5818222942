"""The status of an execution, or of one item, as every status route tells it."""

from collections.abc import Mapping, Sequence
from typing import Any

from pixelmill.db.settling import counts_of
from pixelmill.db.statements import Row
from pixelmill.domain.credits import shown
from pixelmill.domain.execution import Counts, State, outcome, terminal
from pixelmill.domain.iterating import input_index, input_indices
from pixelmill.domain.values import JsonValue
from pixelmill.services.links import Links, assets_of
from pixelmill.services.node_run_bodies import (
    duration,
    moment,
    node_run_body,
    node_states,
    text_of,
)


def status_body(
    execution: Row,
    items: Sequence[Row],
    runs: Sequence[Row],
    links: Links,
    *,
    alone: bool,
    next_cursor: str | None,
) -> dict[str, JsonValue]:
    """An execution with a page of its items; with ``alone``, the one item as the subject."""
    by_item: dict[str, list[dict[str, JsonValue]]] = {item["id"]: [] for item in items}
    for run, item in _paired(runs, items):
        by_item[item["id"]].append(node_run_body(run, item, links))
    told = [body for bodies in by_item.values() for body in bodies]
    subject = items[0] if alone else execution
    status = subject["state"]
    return {
        **_facts(execution),
        "id": subject["id"],
        "status": status,
        "outcome": _item_outcome(status) if alone else execution["outcome"],
        "counts": _counts(status).as_dict() if alone else counts_of(execution).as_dict(),
        "error": subject["error"],
        "startTime": moment(subject["started_at"]),
        "endTime": moment(subject["ended_at"]),
        "durationMs": duration(subject),
        **_credits(execution, subject if alone else None),
        "runCount": execution["total"],
        "executionRuns": [item_body(item, execution, by_item[item["id"]], links) for item in items],
        "nodeResults": {"nodeRuns": told},
        "nodeStates": node_states(told),
        "finalOutput": _final_output(items, links),
        "nextCursor": next_cursor,
        "hasMore": next_cursor is not None,
        "data": {"executionId": execution["id"], "status": status},
    }


def item_body(
    item: Row, execution: Row, runs: Sequence[Mapping[str, Any]], links: Links
) -> dict[str, JsonValue]:
    """One item: what it was given, how it went, what came of it."""
    return {
        "id": item["id"],
        "batchId": execution["id"],
        "runIndexInBatch": item["position"],
        "inputIndex": input_index(execution["iterators"], item["position"]),
        "inputIndices": input_indices(execution["iterators"], item["position"]),
        "key": item["key"],
        "status": item["state"],
        "reason": item["reason"],
        "error": item["error"],
        "startTime": moment(item["started_at"]),
        "endTime": moment(item["ended_at"]),
        "durationMs": duration(item),
        "inputs": item["inputs"] or {},
        "seed": item["seed"],
        "creditsUsed": _used(item, runs),
        "creditsReserved": shown(item["credits_held"]),
        "outputs": links.shown(item["outputs"] or []),
        "outputUrls": [links.content(asset["assetId"]) for asset in assets_of(item["outputs"])],
    }


def _used(item: Row, runs: Sequence[Mapping[str, Any]]) -> float:
    """What an item cost: by its node runs where they are told, since it adds up only later."""
    return round(sum(run["credits"] for run in runs), 3) if runs else shown(item["credits"])


def summary_body(execution: Row, cover: Row | None, links: Links) -> dict[str, JsonValue]:
    """An execution in a list, without its items."""
    pictures = assets_of(cover["outputs"]) if cover else []
    return {
        **_facts(execution),
        "id": execution["id"],
        "status": execution["state"],
        "outcome": execution["outcome"],
        "counts": counts_of(execution).as_dict(),
        "startTime": moment(execution["started_at"]),
        "endTime": moment(execution["ended_at"]),
        "durationMs": duration(execution),
        **_credits(execution, None),
        "runCount": execution["total"],
        "coverUrl": links.thumbnail(pictures[0]["assetId"]) if pictures else None,
    }


def _facts(execution: Row) -> dict[str, JsonValue]:
    """What does not change while an execution runs."""
    return {
        "executionId": execution["id"],
        "batchId": execution["id"],
        "workflowId": execution["workflow_id"],
        "workflowName": execution["workflow_name"],
        "workflowVersion": execution["version_id"],
        "createdAt": moment(execution["created_at"]),
        "baseSeed": execution["base_seed"],
        "round": execution["round"],
        "eventSeq": execution["event_seq"],
        "paused": execution["paused_at"] is not None,
        "simulated": bool(execution["simulate"]),
        "trigger": execution["source"],
        "triggerData": execution["trigger_data"],
        "targetNodeId": execution["target_node_id"],
        "metadata": execution["metadata"],
        "tags": execution["tags"] or [],
        "requestId": execution["request_id"],
    }


def _credits(execution: Row, item: Row | None) -> dict[str, JsonValue]:
    if item is not None:
        used, held = item["credits"], item["credits_held"]
    else:
        used, held = execution["credits_captured"], execution["credits_held"]
    return {
        "credits": {
            "quoted": shown(execution["credits_quoted"]),
            "held": shown(held),
            "captured": shown(used),
            "released": shown(execution["credits_released"]),
            "saved": shown(execution["credits_saved"]),
        },
        "creditsUsed": shown(used),
        "creditsReserved": shown(held),
        "creditsQuoted": shown(execution["credits_quoted"]),
        "charged": bool(execution["charge"]),
    }


def _final_output(items: Sequence[Row], links: Links) -> JsonValue:
    """The first result of the page; of a batch the address of every other stands beside it."""
    outputs: list[Row] = []
    for item in items:
        outputs += item["outputs"] or []
    pictures = assets_of(outputs)
    if pictures:
        urls = [links.content(asset["assetId"]) for asset in pictures]
        return {**links.asset(pictures[0]), "urls": urls}
    text = next((text_of(output["value"]) for output in outputs if output["value"]), None)
    return None if text is None else {"text": text}


def _paired(runs: Sequence[Row], items: Sequence[Row]) -> list[tuple[Row, Row]]:
    known: Mapping[str, Row] = {item["id"]: item for item in items}
    return [(run, known[run["item_id"]]) for run in runs if run["item_id"] in known]


def _counts(status: str) -> Counts:
    values: dict[str, Any] = {status.lower(): 1}
    return Counts(total=1, **values)


def _item_outcome(status: str) -> str | None:
    return outcome(_counts(status)) if terminal(State(status)) else None
