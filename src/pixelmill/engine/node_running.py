"""Runs one node of one item: from the cache, or by calling it; what came of it goes to the job."""

import asyncio
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

import structlog

from pixelmill.db.caching import FIND_CACHED
from pixelmill.db.database import fetch_one
from pixelmill.db.ledger import LedgerEntry
from pixelmill.db.statements import Row
from pixelmill.domain.credits import capture, release
from pixelmill.domain.events import node_event_type, node_payload
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.values import JsonValue
from pixelmill.engine.context import Context
from pixelmill.engine.failures import NodeError, NodeTimedOut, Parked, describe
from pixelmill.engine.input_pictures import with_pictures
from pixelmill.engine.job import ItemLost, Job
from pixelmill.engine.node_inputs import fan_out, params_of, wired
from pixelmill.engine.parts import Parts
from pixelmill.engine.pricing import price_of
from pixelmill.engine.result_keys import result_key, seed_of
from pixelmill.engine.rows import node_run_row
from pixelmill.engine.values import assets_in, dump, load
from pixelmill.kit.problems import Problem
from pixelmill.sdk.node_type import AnyNode

log = structlog.get_logger()

NODE_DEADLINE_S = 15 * 60.0
READS = frozenset({"readwrite", "read"})
WRITES = frozenset({"readwrite", "write", "refresh"})


@dataclass(frozen=True, slots=True)
class Prepared:
    """A node with everything it runs on; ``key`` None means that its result is not cached."""

    node: Node
    node_type: AnyNode
    params: Mapping[str, JsonValue]
    inputs: Mapping[str, JsonValue]
    seed: int
    key: str | None
    price: int


class HoldTooSmall(Problem):
    """This step costs more than was set aside for it, since a wire asks for more images.

    Set the number on the step itself, so that the quote knows it.
    """

    code = "insufficient_credits"
    status = 402
    title = "More than was quoted"


class NodeRunner:
    """Runs nodes. At most ``computing`` inputs are in memory for the children at once."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._computing = asyncio.Semaphore(parts.pool.size * 2)

    async def run(self, job: Job, node: Node) -> Parked | None:
        """Run the node and put its row into the job; Parked when the item must wait.

        Raises ItemLost, and nothing else that a node could cause.
        """
        run = node_run_row(job, node, NodeState.RUNNING)
        now_ms = self._parts.clock.now_ms()
        run["started_at"] = run["started_at"] or now_ms
        run["queued_ms"] = max(0, run["started_at"] - job.order.accepted_at)
        try:
            outputs = await self._outputs(job, node, run)
        except Parked as parked:
            run["reason"] = "held" if parked.held else "waiting"
            job.record.node_runs.append(run)
            return parked
        except (ItemLost, asyncio.CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - a node may raise anything; it fails alone
            self._fail(job, node, run, error)
            return None
        job.outputs[node.id] = outputs
        self._complete(job, node, run)
        return None

    async def _outputs(self, job: Job, node: Node, run: Row) -> dict[str, JsonValue]:
        prepared = await self._prepare(job, node)
        run["params"] = dump(prepared.params)
        run["inputs"] = dump(prepared.inputs)
        if prepared.node_type.uses_models:
            run["seed"] = prepared.seed
            run["model"] = prepared.node_type.model_id(prepared.params)
        found = await self._cached(job, prepared)
        if found is not None:
            run["cached"] = 1
            run["credits_saved"] = found["credits"]
            self._charge(job, run, prepared, cached=True)
            return load(found["output"])
        with _within_hold(job, prepared):
            outputs = await self._call(job, prepared, run)
        if prepared.key is not None or self._follows_fresh(job, node):
            job.fresh.add(node.id)
        self._charge(job, run, prepared, cached=False)
        self._remember(job, prepared, outputs)
        return outputs

    async def _prepare(self, job: Job, node: Node) -> Prepared:
        node_type = self._parts.nodes[node.node_type]
        inputs = wired(job, node, node_type)
        params = await with_pictures(
            self._parts, job, node, node_type, params_of(job, node, node_type)
        )
        seed = seed_of(job.order, job.item, node.id, params)
        price = price_of(node_type, {**params, **inputs}, self._parts.providers)
        return Prepared(
            node,
            node_type,
            params,
            inputs,
            seed,
            result_key(job.order, self._parts.providers, node_type, params, inputs, seed=seed),
            price.millicredits,
        )

    async def _cached(self, job: Job, prepared: Prepared) -> Row | None:
        order = job.order
        if prepared.key is None or order.force or order.cache_mode not in READS:
            return None
        # What was computed a moment ago from nothing cached cannot have been computed before.
        if self._follows_fresh(job, prepared.node):
            return None
        return await fetch_one(
            self._parts.database,
            FIND_CACHED,
            key=prepared.key,
            workspace_id=order.workspace_id,
        )

    def _follows_fresh(self, job: Job, node: Node) -> bool:
        return any(source in job.fresh for source in job.order.plan.parents[node.id])

    async def _call(self, job: Job, prepared: Prepared, run: Row) -> dict[str, JsonValue]:
        context = Context(
            self._parts,
            job,
            prepared.node,
            run=run,
            seed=prepared.seed,
            computing=self._computing,
        )
        context.sources.extend(assets_in(prepared.inputs))
        calls = fan_out(prepared.node_type, prepared.inputs)
        try:
            async with asyncio.timeout(NODE_DEADLINE_S):
                results = [
                    await prepared.node_type.call(context, inputs, prepared.params)
                    for inputs in calls
                ]
        except TimeoutError as error:
            raise NodeTimedOut(
                f"{prepared.node.label} did not finish within {NODE_DEADLINE_S / 60:.0f} minutes."
            ) from error
        return results[0] if len(results) == 1 else _collected(results)

    def _remember(self, job: Job, prepared: Prepared, outputs: Mapping[str, JsonValue]) -> None:
        if prepared.key is None or job.order.cache_mode not in WRITES:
            return
        job.record.cache.append(
            {
                "key": prepared.key,
                "workspace_id": job.order.workspace_id,
                "node_type": prepared.node_type.id,
                "output": dump(dict(outputs)),
                "credits": prepared.price,
                "created_at": self._parts.clock.now_ms(),
            }
        )

    def _charge(self, job: Job, run: Row, prepared: Prepared, *, cached: bool) -> None:
        if cached:
            job.record.saved += run["credits_saved"]
        else:
            run["credits"] = prepared.price
            job.record.credits += prepared.price
        if job.order.charge and prepared.price:
            entry = release(prepared.price) if cached else capture(prepared.price)
            job.record.ledger.append(
                ledger_entry(job, run["id"], entry.kind.value, entry.amount, entry.held)
            )

    def _complete(self, job: Job, node: Node, run: Row) -> None:
        run["output"] = dump(job.outputs[node.id])
        self._end(job, node, run, NodeState.COMPLETED)

    def _fail(self, job: Job, node: Node, run: Row, error: Exception) -> None:
        described = describe(error)
        if described is None:
            log.error(
                "node.crashed", node_type=node.node_type, node_run_id=run["id"], exc_info=error
            )
            described = NodeError(
                "node_error", f"{node.label} failed for a reason of its own; see the server's log."
            )
        run["error"] = job.errors[node.id] = described.document()
        self._end(job, node, run, described.state)

    def _end(self, job: Job, node: Node, run: Row, state: NodeState) -> None:
        run["state"] = state.value
        run["ended_at"] = self._parts.clock.now_ms()
        job.states[node.id] = state
        job.record.node_runs.append(run)
        kind = node_event_type(state)
        if kind is not None:
            job.record.events.append((kind.value, self._told(job, node, run, state)))

    def _told(self, job: Job, node: Node, run: Row, state: NodeState) -> JsonValue:
        return node_payload(
            execution_id=job.item["execution_id"],
            item_id=job.item["id"],
            index=job.item["position"],
            node_run_id=run["id"],
            node_id=node.id,
            state=state,
            cached=bool(run["cached"]),
            error=run["error"],
            asset_ids=[asset.asset_id for asset in assets_in(job.outputs.get(node.id, {}))],
        )


@contextmanager
def _within_hold(job: Job, prepared: Prepared) -> Generator[None]:
    """Let a node spend no more than is held for its item. Raises HoldTooSmall before any call.

    A price may rise after the quote, where a wire brings the number of images.
    """
    if not job.order.charge or not prepared.price:
        yield
        return
    pending = sum(entry.held for entry in job.record.ledger)
    if prepared.price > job.held + pending - job.promised:
        raise HoldTooSmall
    job.promised += prepared.price
    try:
        yield
    finally:
        job.promised -= prepared.price


def ledger_entry(job: Job, node_run_id: str, kind: str, amount: int, held: int) -> LedgerEntry:
    """A ledger entry of one node run of this item."""
    return LedgerEntry(
        workspace_id=job.item["workspace_id"],
        kind=kind,
        amount=amount,
        held=held,
        execution_id=job.item["execution_id"],
        node_run_id=node_run_id,
    )


def _collected(results: list[dict[str, JsonValue]]) -> dict[str, JsonValue]:
    """The results of several calls, each port as one list."""
    collected: dict[str, JsonValue] = {}
    for name in results[0]:
        together: list[JsonValue] = []
        for result in results:
            value = result[name]
            together.extend(cast("list[JsonValue]", value) if isinstance(value, list) else [value])
        collected[name] = together
    return collected
