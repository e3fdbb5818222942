"""Which results of a batch are known before it runs: those whose inputs and seeds are known."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Final, cast

from sqlalchemy import bindparam, select

from pixelmill.db.claims import Claimed
from pixelmill.db.records import Record
from pixelmill.db.statements import Row, Statement, any_of
from pixelmill.db.tables.assets import cache
from pixelmill.domain.graph import Node
from pixelmill.domain.item_drafts import ItemDraft
from pixelmill.domain.prompt_text import MissingValue
from pixelmill.domain.values import JsonValue
from pixelmill.engine.job import Job
from pixelmill.engine.node_inputs import params_of, wired
from pixelmill.engine.node_running import READS
from pixelmill.engine.orders import Order
from pixelmill.engine.result_keys import own_seed, result_key, seed_of
from pixelmill.engine.values import load
from pixelmill.sdk.node import NodeContext
from pixelmill.sdk.node_type import AnyNode, BadParameters
from pixelmill.services.checking import Checked
from pixelmill.services.house import House, Principal
from pixelmill.services.wishes import Wish

MOST_ITEMS: Final = 1000
"""Larger batches are not looked up: the answer should come at once."""
_PLAIN: Final = frozenset({"input", "utility"})

FIND_MANY = Statement(
    select(cache.c.key, cache.c.output).where(
        any_of(cache.c.key, "keys"), cache.c.workspace_id == bindparam("workspace_id")
    )
)


@dataclass(slots=True)
class Foresight:
    """Items by position, for each node whose result lies in the cache."""

    hits: dict[str, set[int]] = field(default_factory=dict[str, set[int]])

    def has(self, node_id: str, position: int) -> bool:
        """Whether this node of this item will cost nothing."""
        return position in self.hits.get(node_id, ())


async def foresee(house: House, principal: Principal, wish: Wish, checked: Checked) -> Foresight:
    """Look up what can be known cheaply: nodes below known values, with seeds that are given.

    A fresh base seed makes every paid result new, so there is nothing to find without
    ``baseSeed``, a row's seed or a node's.
    """
    foresight = Foresight()
    simulated = wish.simulate or house.simulate
    if wish.force or simulated or wish.cache_mode not in READS or len(checked.drafts) > MOST_ITEMS:
        return foresight
    order = _order(principal, wish, checked)
    jobs = [_job(order, draft) for draft in checked.drafts]
    for node in checked.plan.order:
        node_type = house.parts.nodes[node.node_type]
        if node_type.category in _PLAIN:
            for job in jobs:
                await _call(job, node, node_type)
        else:
            foresight.hits[node.id] = await _look_up(house, wish, jobs, node, node_type)
    return foresight


async def _look_up(
    house: House, wish: Wish, jobs: list[Job], node: Node, node_type: AnyNode
) -> set[int]:
    """The items whose result of this node is there; it is handed on to the nodes below."""
    by_key: dict[str, list[Job]] = {}
    for job in jobs:
        key = _key(house, wish, job, node, node_type)
        if key is not None:
            by_key.setdefault(key, []).append(job)
    if not by_key:
        return set()
    found = await house.parts.database.fetch(
        FIND_MANY, keys=list(by_key), workspace_id=jobs[0].order.workspace_id
    )
    hits: set[int] = set()
    for row in found:
        for job in by_key[row["key"]]:
            job.outputs[node.id] = cast("dict[str, JsonValue]", load(row["output"]))
            hits.add(job.item["position"])
    return hits


def _key(house: House, wish: Wish, job: Job, node: Node, node_type: AnyNode) -> str | None:
    params = _params(job, node, node_type)
    if params is None:
        return None
    if (
        node_type.uses_models
        and wish.base_seed is None
        and job.item["seed"] is None
        and own_seed(params) is None
    ):
        return None
    inputs = wired(job, node, node_type)
    seed = seed_of(job.order, job.item, node.id, params)
    return result_key(job.order, house.parts.providers, node_type, params, inputs, seed=seed)


def _params(job: Job, node: Node, node_type: AnyNode) -> dict[str, JsonValue] | None:
    """The node's parameters, or None while something above it, or a picture, is not known."""
    if any(source not in job.outputs for source in job.order.plan.parents[node.id]):
        return None
    try:
        params = params_of(job, node, node_type)
    except MissingValue:
        return None
    return None if any(params.get(name) for name in node_type.asset_params) else params


async def _call(job: Job, node: Node, node_type: AnyNode) -> None:
    """What an input or a text node gives: it works by itself, on values alone."""
    params = _params(job, node, node_type)
    if params is None:
        return
    context = cast("NodeContext", SimpleNamespace(seed=0))
    try:
        job.outputs[node.id] = await node_type.call(context, wired(job, node, node_type), params)
    except BadParameters:
        return


def _order(principal: Principal, wish: Wish, checked: Checked) -> Order:
    return Order(
        execution_id="",
        workspace_id=principal.workspace_id,
        plan=checked.plan,
        inputs=checked.subject.exposed,
        base_seed=wish.base_seed or 0,
        cache_mode=wish.cache_mode,
        force=False,
        simulate=False,
        charge=False,
        node_overrides=wish.node_overrides,
        trigger_data=wish.trigger_data,
        accepted_at=0,
    )


def _job(order: Order, draft: ItemDraft) -> Job:
    item: Row = {
        "id": "",
        "execution_id": "",
        "workspace_id": order.workspace_id,
        "position": draft.index,
        "key": draft.key,
        "inputs": draft.inputs,
        "overrides": draft.overrides,
        "input_hash": f"{draft.input_hash}.{draft.repeat}" if draft.repeat else draft.input_hash,
        "seed": draft.seed,
        "credits_held": 0,
    }
    return Job(order, Claimed(item, 0, [], []), _never)


async def _never(record: Record) -> bool:
    raise AssertionError(record)
