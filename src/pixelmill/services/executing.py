"""Accepts an execution: read, check, quote, then one durable decision."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from pixelmill.db.acceptance import Accept, Accepted, StoredReply
from pixelmill.db.statements import Row
from pixelmill.domain.credits import Quote, shown
from pixelmill.domain.execution import State
from pixelmill.domain.expansion import ExecuteInputs, expand
from pixelmill.domain.graph import Graph
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.inputs import exposed_inputs
from pixelmill.domain.item_drafts import ItemDraft, Overrides
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.prompt_text import fill, names_in
from pixelmill.domain.values import JsonValue
from pixelmill.domain.violations import Violation
from pixelmill.domain.workflow import version_hash
from pixelmill.kit.canonical import digest
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.quoting import quote_batch
from pixelmill.services.workflows import (
    Drawing,
    find_workflow,
    understand,
    version_row,
)

RUNS_SHOWN = 200
MAX_SEED = 2**31 - 1


class WorkflowInactive(Problem):
    """This workflow is not active. Activate it, then execute it."""

    code = "workflow_inactive"
    status = 400
    title = "Workflow is not active"


class UnknownNode(Problem):
    """The workflow has no such node."""

    code = "unknown_node"
    status = 422
    title = "Unknown node"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants to run. ``drawing`` replaces the saved graph for this execution only."""

    workflow_id: str | None
    inputs: ExecuteInputs
    drawing: Drawing | None = None
    node_overrides: Overrides = field(default_factory=dict[str, Mapping[str, JsonValue]])
    target_node_id: str | None = None
    base_seed: int | None = None
    cache_mode: str = "readwrite"
    force: bool = False
    simulate: bool = False
    trigger_data: JsonValue = None
    metadata: JsonValue = None
    tags: JsonValue = None
    callback_url: str | None = None
    callback_events: JsonValue = None
    priority: int = 0
    source: str = "api"
    request_id: str | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""
    status: int = 201


@dataclass(frozen=True, slots=True)
class _Checked:
    """A wish that can run."""

    document: Mapping[str, JsonValue]
    plan: Plan
    drafts: tuple[ItemDraft, ...]
    quote: Quote
    per_item: Sequence[int]
    warnings: tuple[Violation, ...]
    workflow: Row | None


async def execute(house: House, principal: Principal, wish: Wish) -> Accepted:
    """Start an execution, or replay the answer to the same request.

    Raises a Problem that says what to mend; then nothing was written.
    """
    checked = await _check(house, principal, wish)
    accept = _accept(house, principal, wish, checked)
    accepted: Accepted = await house.parts.writer.submit(accept)
    if house.engine is not None and not accepted.replayed:
        house.engine.feeder.wake()
    return accepted


async def _check(house: House, principal: Principal, wish: Wish) -> _Checked:
    workflow = None
    if wish.workflow_id is not None:
        workflow = await find_workflow(house.parts.database, principal, wish.workflow_id)
        if not workflow["is_active"]:
            raise WorkflowInactive
    warnings: tuple[Violation, ...] = ()
    nodes = house.parts.nodes
    if wish.drawing is not None or workflow is None:
        drawing = wish.drawing or Drawing((), ())
        understood = understand(drawing, nodes)
        document, graph, warnings = drawing.document(), understood.graph, understood.warnings
    else:
        document = workflow["canvas"]
        saved = Drawing(document["nodes"], document["edges"])
        graph = read_graph(saved.nodes, saved.edges, nodes.catalog()).graph
        if graph is None:
            # It was valid when it was saved: tell what changed since.
            graph = understand(saved, nodes).graph
    node_ids = {node.id for node in graph.nodes}
    _refuse_unknown_nodes(wish, node_ids)
    limits = house.plans[principal.plan]
    drafts = expand(
        wish.inputs,
        exposed_inputs(graph, nodes.catalog()),
        limits.max_items,
        node_ids=node_ids,
        preset=wish.node_overrides,
    )
    _refuse_unfilled_triggers(wish, graph)
    plan = compile_plan(graph, nodes.catalog(), wish.target_node_id)
    quoted, per_item = quote_batch(house, plan, drafts, wish.node_overrides)
    return _Checked(document, plan, drafts, quoted, per_item, warnings, workflow)


def _refuse_unknown_nodes(wish: Wish, node_ids: set[str]) -> None:
    named = [*wish.node_overrides, *([wish.target_node_id] if wish.target_node_id else [])]
    for node_id in named:
        if node_id not in node_ids:
            raise UnknownNode(f"The workflow has no node '{node_id[:80]}'.")


def _refuse_unfilled_triggers(wish: Wish, graph: Graph) -> None:
    """Texts that ask for ``{{trigger.…}}`` need a trigger that brings it. Raises MissingValue."""
    layers = [*(node.params for node in graph.nodes), *wish.node_overrides.values()]
    asked = {
        name
        for params in layers
        for text in params.values()
        if isinstance(text, str)
        for name in names_in(text)
        if name.startswith("trigger.")
    }
    for name in sorted(asked):
        fill("{{" + name + "}}", {"trigger": wish.trigger_data})


def _accept(house: House, principal: Principal, wish: Wish, checked: _Checked) -> Accept:
    limits = house.plans[principal.plan]
    execution = _execution_row(house, principal, wish)
    execution["charge"] = int(limits.charge and not wish.simulate)
    execution["version_id"], version = _version(
        principal, wish, checked, house.parts.clock.now_ms()
    )
    item_ids = [new_id("itm") for _ in checked.drafts]
    items = [
        _item_row(execution, item_id, draft, held if execution["charge"] else 0)
        for item_id, draft, held in zip(item_ids, checked.drafts, checked.per_item, strict=True)
    ]
    return Accept(
        execution=execution,
        items=items,
        version=version,
        limits=limits,
        quote=checked.quote,
        reply=_reply(house, wish, checked, execution, item_ids),
        idempotency_key=wish.idempotency_key,
        fingerprint=wish.fingerprint,
    )


def _execution_row(house: House, principal: Principal, wish: Wish) -> Row:
    return {
        "id": new_id("exe"),
        "workspace_id": principal.workspace_id,
        "workflow_id": wish.workflow_id,
        "key_id": principal.key_id,
        "request_id": wish.request_id,
        "source": wish.source,
        "state": State.PENDING.value,
        "base_seed": secrets.randbelow(MAX_SEED) if wish.base_seed is None else wish.base_seed,
        "rerun_of": None,
        "quote_id": None,
        "target_node_id": wish.target_node_id,
        "cache_mode": wish.cache_mode,
        "force": int(wish.force),
        "simulate": int(wish.simulate or house.simulate),
        "node_overrides": dict(wish.node_overrides),
        "trigger_data": wish.trigger_data,
        "metadata": wish.metadata,
        "tags": wish.tags,
        "callback_url": wish.callback_url,
        "callback_events": wish.callback_events,
        "priority": wish.priority,
        "max_cost": None,
        "deadline_at": None,
    }


def _version(
    principal: Principal, wish: Wish, checked: _Checked, now_ms: int
) -> tuple[str, Row | None]:
    """The saved version, or an unnamed one for an inline graph, the same for the same drawing."""
    if wish.drawing is None and checked.workflow is not None:
        return checked.workflow["version_id"], None
    hashed = version_hash(checked.document)
    version_id = f"wfv_{digest([principal.workspace_id, hashed])[:26]}"
    return version_id, version_row(
        version_id,
        principal.workspace_id,
        workflow_id=None,
        number=None,
        digest=hashed,
        document=checked.document,
        now_ms=now_ms,
    )


def _item_row(execution: Row, item_id: str, draft: ItemDraft, held: int) -> Row:
    return {
        "id": item_id,
        "workspace_id": execution["workspace_id"],
        "execution_id": execution["id"],
        "position": draft.index,
        "key": draft.key,
        "inputs": dict(draft.inputs),
        "overrides": {node_id: dict(params) for node_id, params in draft.overrides.items()},
        # Equal items differ by their repeat, so that a prompt sent twice gives two pictures.
        "input_hash": f"{draft.input_hash}.{draft.repeat}" if draft.repeat else draft.input_hash,
        "seed": draft.seed,
        "state": State.PENDING.value,
        "lane": "default",
        "priority": execution["priority"],
        "credits_held": held,
    }


def _reply(
    house: House, wish: Wish, checked: _Checked, execution: Row, item_ids: Sequence[str]
) -> StoredReply:
    execution_id = execution["id"]
    started = rfc3339(house.parts.clock.now_ms())
    location = f"{house.public_url}/api/v1/executions/{execution_id}"
    body: dict[str, JsonValue] = {
        "workflowId": wish.workflow_id,
        "executionId": execution_id,
        "batchId": execution_id,
        "status": State.RUNNING.value,
        "runCount": len(item_ids),
        "creditsQuoted": shown(checked.quote.millicredits),
        "executionRuns": [
            _run_stub(execution_id, item_id, draft, started)
            for item_id, draft in zip(
                item_ids[:RUNS_SHOWN], checked.drafts[:RUNS_SHOWN], strict=True
            )
        ],
        "runsUrl": f"{location}/poll",
        "statusUrl": f"{location}/poll",
        "eventsUrl": f"{location}/events",
        "warnings": [warning.as_dict() for warning in checked.warnings],
        "metadata": wish.metadata,
        "tags": wish.tags,
        "data": {"executionId": execution_id, "status": State.RUNNING.value},
    }
    return StoredReply(wish.status, {"location": location}, orjson.dumps(body).decode())


def _run_stub(execution_id: str, item_id: str, draft: ItemDraft, started: str) -> JsonValue:
    return {
        "id": item_id,
        "startTime": started,
        "endTime": None,
        "status": State.PENDING.value,
        "error": None,
        "nodeRuns": [],
        "batchId": execution_id,
        "runIndexInBatch": draft.index,
        "inputIndex": draft.index,
        "key": draft.key,
    }
