"""Advances one item: runs whatever is ready, writes what came of it, ends or parks the item."""

import asyncio

import structlog

from pixelmill.db.claims import Claim, Claimed
from pixelmill.db.records import ItemMove
from pixelmill.domain.credits import release
from pixelmill.domain.events import item_event_type, item_payload
from pixelmill.domain.execution import State, item_state
from pixelmill.domain.graph import Node
from pixelmill.domain.node_run import NodeState
from pixelmill.domain.plan import blocked, ready
from pixelmill.domain.values import JsonValue
from pixelmill.engine.failures import Parked
from pixelmill.engine.job import ItemLost, Job
from pixelmill.engine.node_running import NodeRunner, ledger_entry
from pixelmill.engine.orders import Orders
from pixelmill.engine.parts import Parts
from pixelmill.engine.rows import node_run_row
from pixelmill.engine.values import assets_in, dump

log = structlog.get_logger()

FLUSH_AFTER_S = 0.05
"""Results younger than this wait for the next node, so that a chain of quick nodes is one write."""


class Advancer:
    """Carries items as far as they go in this worker's lanes."""

    def __init__(self, parts: Parts, orders: Orders, lanes: frozenset[str]) -> None:
        self._parts = parts
        self._orders = orders
        self._lanes = lanes
        self._runner = NodeRunner(parts)

    async def advance(self, item_id: str) -> None:
        """Take the item if it may be advanced now, and carry it on."""
        claimed: Claimed | None = await self._parts.writer.submit(Claim(item_id))
        if claimed is None:
            return
        order = await self._orders.get(claimed.item["execution_id"])
        job = Job(order, claimed, self._parts.writer.submit)
        try:
            await self._carry(job)
        except ItemLost:
            log.info("item.lost", item_id=item_id, fence=claimed.fence)

    async def _carry(self, job: Job) -> None:
        tasks: set[asyncio.Task[Parked | None]] = set()
        parked: list[Parked] = []
        begun: set[str] = set()
        try:
            while (fresh := self._ready_here(job, begun)) or tasks:
                since = self._parts.clock.monotonic()
                if len(fresh) == 1 and not tasks:
                    # Most graphs are chains: a node alone needs no task of its own.
                    ends = [await self._runner.run(job, fresh[0])]
                else:
                    tasks |= {asyncio.create_task(self._runner.run(job, one)) for one in fresh}
                    done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    ends = [task.result() for task in done]
                parked += [park for park in ends if park is not None]
                if tasks or self._parts.clock.monotonic() - since > FLUSH_AFTER_S:
                    await self._flush_if_more(job)
        finally:
            for task in tasks:
                task.cancel()
        await self._leave(job, parked)

    def _ready_here(self, job: Job, begun: set[str]) -> list[Node]:
        """What became ready in this worker's lanes; it counts as begun from now on."""
        plan = job.order.plan
        found = [
            plan.nodes[node_id]
            for node_id in ready(plan, job.states)
            if node_id not in begun
            and self._parts.nodes[plan.nodes[node_id].node_type].lane in self._lanes
        ]
        begun.update(node.id for node in found)
        return found

    async def _flush_if_more(self, job: Job) -> None:
        """Write now, unless the item's end is about to be written anyway."""
        if item_state(job.order.plan, job.states) is None:
            await job.flush()

    async def _leave(self, job: Job, parked: list[Parked]) -> None:
        """Nothing can run here any more: end the item, park it, or hand it to another lane."""
        plan = job.order.plan
        now_ms = self._parts.clock.now_ms()
        if parked:
            due_at = min(park.due_at for park in parked)
            await job.flush(ItemMove(State.RUNNING, due_at))
            return
        elsewhere = ready(plan, job.states)
        if elsewhere:
            lane = self._parts.nodes[plan.nodes[elsewhere[0]].node_type].lane
            await job.flush(ItemMove(State.RUNNING, now_ms, lane=lane))
            return
        for node_id in blocked(plan, job.states):
            self._skip(job, node_id, now_ms)
        state = item_state(plan, job.states) or State.FAILED
        await self._end(job, state)

    def _skip(self, job: Job, node_id: str, now_ms: int) -> None:
        run = node_run_row(job, job.order.plan.nodes[node_id], NodeState.SKIPPED)
        run["reason"] = "upstream"
        run["ended_at"] = now_ms
        job.states[node_id] = NodeState.SKIPPED
        job.record.node_runs.append(run)

    async def _end(self, job: Job, state: State) -> None:
        item = job.item
        error = _first_error(job)
        outputs = [
            {"nodeId": node_id, "value": dump(job.outputs[node_id])}
            for node_id in job.order.plan.outputs
            if node_id in job.outputs
        ]
        self._release_rest(job)
        kind = item_event_type(state)
        if kind is not None:
            payload = item_payload(
                execution_id=item["execution_id"],
                item_id=item["id"],
                index=item["position"],
                key=item["key"],
                state=state,
                error=error,
                asset_ids=[
                    asset.asset_id
                    for node_id in job.order.plan.outputs
                    for asset in assets_in(job.outputs.get(node_id, {}))
                ],
            )
            job.record.events.append((kind.value, payload))
        await job.flush(ItemMove(state, None, outputs=outputs, error=error))

    def _release_rest(self, job: Job) -> None:
        """What was held for nodes that did not run, or failed, is free again."""
        if not job.order.charge:
            return
        rest = job.held + sum(entry.held for entry in job.record.ledger)
        if rest > 0:
            entry = release(rest)
            job.record.ledger.append(
                ledger_entry(
                    job,
                    f"{job.item['id']}.{job.item['round']}",
                    "release",
                    entry.amount,
                    entry.held,
                )
            )


def _first_error(job: Job) -> JsonValue:
    """The error of the first failed node, with where it happened."""
    for node in job.order.plan.order:
        error = job.errors.get(node.id)
        if error:
            return {**error, "nodeId": node.id, "nodeLabel": node.label, "number": node.number}
    return None
