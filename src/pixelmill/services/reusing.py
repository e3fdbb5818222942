"""What a run of one node may take over from earlier executions of its workflow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import bindparam, select

from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.executions import executions, items, node_runs
from pixelmill.domain.catalog import find_port
from pixelmill.domain.graph import Edge, Node
from pixelmill.domain.item_drafts import ItemDraft
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.plan import Plan
from pixelmill.domain.prompt_text import names_in
from pixelmill.domain.values import JsonValue, as_text
from pixelmill.engine.node_inputs import merged_params
from pixelmill.engine.node_running import READS
from pixelmill.kit.ids import new_id
from pixelmill.services.house import House, Principal
from pixelmill.services.wishes import Wish

SEARCHED: Final = 20
"""How many executions back a result may lie."""
_MOST: Final = 20_000

_LATELY = (
    select(executions.c.id)
    .where(
        executions.c.workspace_id == bindparam("workspace_id"),
        executions.c.workflow_id == bindparam("workflow_id"),
    )
    .order_by(executions.c.created_at.desc(), executions.c.id.desc())
    .limit(SEARCHED)
)
_COMPLETED = (
    select(node_runs, items.c.input_hash)
    .join(items, items.c.id == node_runs.c.item_id)
    .where(
        node_runs.c.execution_id.in_(_LATELY),
        node_runs.c.node_id == bindparam("node_id"),
        node_runs.c.node_type == bindparam("node_type"),
        node_runs.c.state == NodeState.COMPLETED.value,
        node_runs.c.simulated == bindparam("simulated"),
    )
    .order_by(node_runs.c.ended_at.desc(), node_runs.c.id.desc())
)
LATEST = Statement(_COMPLETED.limit(1))
BY_INPUTS = Statement(_COMPLETED.where(any_of(items.c.input_hash, "hashes")).limit(_MOST))


@dataclass(slots=True)
class Reuse:
    """Earlier node runs by node and item; ``stale`` names what changed since, by node."""

    runs: dict[str, dict[int, Row]] = field(default_factory=dict[str, dict[int, Row]])
    stale: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def has(self, node_id: str, position: int) -> bool:
        """Whether this node of this item need not run."""
        return position in self.runs.get(node_id, ())

    def rows(self, execution: Row, item_ids: Sequence[str], plan: Plan, now_ms: int) -> list[Row]:
        """The node runs as rows of a new execution: completed, from before, at no cost."""
        return [
            _taken_over(run, execution, item_ids[position], plan.nodes[node_id], now_ms)
            for node_id, by_item in self.runs.items()
            for position, run in by_item.items()
        ]

    def stale_dependencies(self) -> list[JsonValue]:
        """The nodes whose reused result has changed inputs, as they travel on the wire."""
        return [{"nodeId": id_, "changedKeys": keys} for id_, keys in self.stale.items()]


async def find_reusable(
    house: House, principal: Principal, wish: Wish, plan: Plan, drafts: Sequence[ItemDraft]
) -> Reuse:
    """For a wish with a target: results of the paid nodes above it, which need not be paid again.

    A result is one of the same workflow, node and inputs of the item, out of the last SEARCHED
    executions. One item without inputs of its own takes the latest result, whatever came in then,
    as a canvas shows it. Free nodes run again. ``force`` and a cache that is not read reuse none.
    """
    reuse = Reuse()
    above = [
        node
        for node in plan.order
        if node.id != wish.target_node_id and house.parts.nodes[node.node_type].uses_models
    ]
    if wish.target_node_id is None or wish.workflow_id is None or wish.force:
        return reuse
    if wish.cache_mode not in READS:
        return reuse
    for node in above:
        found = await _earlier(house, principal, wish, node, drafts)
        if found:
            reuse.runs[node.id] = found
    for node in above:
        changed = {
            key
            for draft in drafts
            if reuse.has(node.id, draft.index)
            for key in _changed(house, wish, plan, node, draft=draft, reuse=reuse)
        }
        if changed:
            reuse.stale[node.id] = sorted(changed)
    return reuse


async def _earlier(
    house: House, principal: Principal, wish: Wish, node: Node, drafts: Sequence[ItemDraft]
) -> dict[int, Row]:
    database = house.parts.database
    where: dict[str, Any] = {
        "workspace_id": principal.workspace_id,
        "workflow_id": wish.workflow_id,
        "node_id": node.id,
        "node_type": node.node_type,
        "simulated": int(wish.simulate or house.simulate),
    }
    if len(drafts) == 1 and not drafts[0].overrides:
        return dict(enumerate(await database.fetch(LATEST, **where)))
    hashes = sorted({_stored_hash(draft) for draft in drafts})
    found = await database.fetch(BY_INPUTS, hashes=hashes, **where)
    # The newest stands first and is written last.
    newest = {row["input_hash"]: row for row in reversed(found)}
    return {
        draft.index: newest[_stored_hash(draft)]
        for draft in drafts
        if _stored_hash(draft) in newest
    }


def _stored_hash(draft: ItemDraft) -> str:
    return f"{draft.input_hash}.{draft.repeat}" if draft.repeat else draft.input_hash


def _changed(
    house: House, wish: Wish, plan: Plan, node: Node, *, draft: ItemDraft, reuse: Reuse
) -> Iterator[str]:
    """Parameters and wires that differ from those of the reused run, as far as can be told.

    Not told are names in texts, pictures given by address, and what a free node between makes.
    """
    run = reuse.runs[node.id][draft.index]
    node_type = house.parts.nodes[node.node_type]
    before = cast("Mapping[str, JsonValue]", run["params"] or {})
    now = _params(house, wish, node, draft)
    for name in sorted(before.keys() | now.keys()):
        value = now.get(name)
        unclear = isinstance(value, str) and names_in(value)
        if name not in node_type.asset_params and not unclear and before.get(name) != value:
            yield name
    came_in = cast("Mapping[str, JsonValue]", run["inputs"] or {})
    for edge in plan.incoming[node.id]:
        port = find_port(node_type.signature.inputs, edge.target_port)
        if port is None or port.many:
            continue
        if _differs(house, wish, plan, edge, draft=draft, reuse=reuse, old=came_in.get(port.name)):
            yield port.name


def _differs(
    house: House,
    wish: Wish,
    plan: Plan,
    edge: Edge,
    *,
    draft: ItemDraft,
    reuse: Reuse,
    old: JsonValue,
) -> bool:
    """Whether a wire brings something else than it did."""
    source = plan.nodes[edge.source]
    source_type = house.parts.nodes[source.node_type]
    if reuse.has(source.id, draft.index):
        output = cast("Mapping[str, JsonValue]", reuse.runs[source.id][draft.index]["output"])
        return output.get(edge.source_port) != old
    if source_type.uses_models:
        return True
    param = source_type.signature.input_param
    if param is None or param in source_type.asset_params:
        return False
    value = _params(house, wish, source, draft).get(param)
    if value is None or (isinstance(value, str) and names_in(value)):
        return False
    return as_text(value) != as_text(old)


def _params(house: House, wish: Wish, node: Node, draft: ItemDraft) -> dict[str, JsonValue]:
    node_type = house.parts.nodes[node.node_type]
    call, own = wish.node_overrides.get(node.id), draft.overrides.get(node.id)
    found = merged_params(node, node_type, call, own)
    return {name: value for name, value in found.items() if value is not None}


def _taken_over(run: Row, execution: Row, item_id: str, node: Node, now_ms: int) -> Row:
    kept = {name: value for name, value in run.items() if name != "input_hash"}
    return {
        **kept,
        "id": new_id("nrn"),
        "execution_id": execution["id"],
        "item_id": item_id,
        "round": 1,
        "label": node.label,
        "number": node.number,
        "reason": "reused",
        "cached": 1,
        "attempts": 0,
        "ticket": None,
        "credits": 0,
        "credits_saved": run["credits"] or run["credits_saved"],
        "provider_cost": None,
        "provider_currency": None,
        "queued_ms": 0,
        "started_at": now_ms,
        "ended_at": now_ms,
    }
