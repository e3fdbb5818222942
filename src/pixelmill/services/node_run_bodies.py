"""Node runs as callers read them: timing, cost, inputs and output of each, and a line per node."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from pixelmill.db.statements import Row
from pixelmill.domain.credits import shown
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.links import Links, assets_of


def node_run_body(row: Row, item: Row, links: Links) -> dict[str, JsonValue]:
    """One node run of an item. Times are RFC 3339, durations milliseconds, money credits."""
    credits_ = shown(row["credits"])
    in_dollars = row["provider_currency"] in (None, "USD")
    urls = [links.content(asset["assetId"]) for asset in assets_of(row["output"])]
    return {
        "id": row["id"],
        "nodeId": row["node_id"],
        "nodeLabel": row["label"],
        "nodeType": row["node_type"],
        "number": row["number"],
        "executionRunId": item["id"],
        "runIndexInBatch": item["position"],
        "status": row["state"],
        "reason": row["reason"],
        "startTime": moment(row["started_at"]),
        "endTime": moment(row["ended_at"]),
        "queuedMs": row["queued_ms"],
        "durationMs": duration(row),
        "attempts": row["attempts"],
        "progress": 1 if row["state"] == NodeState.COMPLETED else None,
        "cached": bool(row["cached"]),
        "simulated": bool(row["simulated"]),
        "model": row["model"],
        "provider": row["provider"],
        "seed": row["seed"],
        "credits": credits_,
        "cost": credits_,
        "creditsSaved": shown(row["credits_saved"]),
        "providerCostUsd": row["provider_cost"] if in_dollars else None,
        "providerCost": provider_cost(row),
        "params": links.shown(row["params"]),
        "inputs": links.shown(row["inputs"]),
        "output": _output(row["output"], links),
        "outputUrl": urls[0] if urls else None,
        "outputUrls": urls,
        "text": text_of(row["output"]),
        "error": row["error"],
        "requestId": row["ticket"],
        "warnings": row["warnings"] or [],
    }


def node_states(bodies: Sequence[Mapping[str, Any]]) -> list[JsonValue]:
    """One line per node over these node runs, in the order of their numbers."""
    by_node: dict[str, list[Mapping[str, Any]]] = {}
    for body in bodies:
        by_node.setdefault(body["nodeId"], []).append(body)
    return [
        _node_state(runs) for runs in sorted(by_node.values(), key=lambda runs: runs[0]["number"])
    ]


def _node_state(runs: list[Mapping[str, Any]]) -> dict[str, JsonValue]:
    first = runs[0]
    urls = [url for run in runs for url in run["outputUrls"]]
    done = sum(1 for run in runs if run["endTime"] is not None)
    return {
        "nodeId": first["nodeId"],
        "label": first["nodeLabel"],
        "number": first["number"],
        "status": _together([run["status"] for run in runs]),
        "error": next((run["error"] for run in runs if run["error"]), None),
        "outputUrl": urls[0] if urls else None,
        "outputUrls": urls,
        "text": next((run["text"] for run in runs if run["text"] is not None), None),
        "progress": round(done / len(runs), 3),
        "requestId": next((run["requestId"] for run in runs if run["requestId"]), None),
    }


def _together(states: Sequence[str]) -> str:
    """The first that occurs: what is open, then what succeeded, then what did not."""
    order = (
        *(NodeState.RUNNING, NodeState.PENDING, NodeState.COMPLETED, NodeState.FAILED),
        *(NodeState.TIMEOUT, NodeState.CANCELLED, NodeState.SKIPPED),
    )
    return next(state.value for state in order if state.value in states)


def _output(output: JsonValue, links: Links) -> JsonValue:
    """The results by port, and beside them all pictures as ``images``, as older clients read."""
    if not isinstance(output, dict):
        return None
    by_port = cast("dict[str, JsonValue]", links.shown(output))
    pictures = assets_of(output)
    if pictures and "images" not in by_port:
        by_port["images"] = [links.asset(asset) for asset in pictures]
    return by_port


def text_of(output: JsonValue) -> str | None:
    """The first text among a node's results."""
    if not isinstance(output, dict):
        return None
    values = cast("dict[str, JsonValue]", output).values()
    return next((value for value in values if isinstance(value, str)), None)


def provider_cost(row: Row) -> JsonValue:
    """What the vendor took for a node run, where that is known."""
    if row["provider_cost"] is None:
        return None
    return {"amount": row["provider_cost"], "currency": row["provider_currency"] or "USD"}


def moment(ms: int | None) -> str | None:
    """A time as RFC 3339, if there is one."""
    return None if ms is None else rfc3339(ms)


def duration(row: Row) -> int | None:
    """Milliseconds from start to end of what is over."""
    if row["started_at"] is None or row["ended_at"] is None:
        return None
    return max(0, row["ended_at"] - row["started_at"])
