"""What does not change about an execution: its plan and its settings, read once per process."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from pixelmill.db.database import Database, fetch_one
from pixelmill.db.versions import FIND_ORDER, FIND_VERSION
from pixelmill.domain.catalog import Catalog
from pixelmill.domain.graph_parsing import read_graph
from pixelmill.domain.inputs import ExposedInput, exposed_inputs
from pixelmill.domain.plan import Plan, compile_plan
from pixelmill.domain.values import JsonValue
from pixelmill.sdk.registry import NodeRegistry

KEPT = 256

Planned: TypeAlias = tuple[Plan, tuple[ExposedInput, ...]]


@dataclass(frozen=True, slots=True)
class Order:
    """An execution as its items need it.

    ``merged`` keeps the parameters of nodes as far as they are the same for all items.
    """

    execution_id: str
    workspace_id: str
    plan: Plan
    inputs: tuple[ExposedInput, ...]
    base_seed: int
    cache_mode: str
    force: bool
    simulate: bool
    charge: bool
    node_overrides: Mapping[str, Mapping[str, JsonValue]]
    trigger_data: JsonValue
    accepted_at: int
    merged: dict[str, Mapping[str, JsonValue]] = field(
        default_factory=dict[str, Mapping[str, JsonValue]]
    )


class Orders:
    """The orders that items lately belonged to; plans are shared by version and target."""

    def __init__(self, database: Database, nodes: NodeRegistry) -> None:
        self._database = database
        self._nodes = nodes
        self._orders: OrderedDict[str, Order] = OrderedDict()
        self._plans: OrderedDict[tuple[str, str | None], Planned] = OrderedDict()

    async def get(self, execution_id: str) -> Order:
        """The order of this execution."""
        known = self._orders.get(execution_id)
        if known is not None:
            return known
        row = await fetch_one(self._database, FIND_ORDER, id=execution_id)
        if row is None:
            raise LookupError(execution_id)
        plan, inputs = await self._plan(row["version_id"], row["target_node_id"])
        order = Order(
            execution_id=row["id"],
            workspace_id=row["workspace_id"],
            plan=plan,
            inputs=inputs,
            base_seed=row["base_seed"],
            cache_mode=row["cache_mode"],
            force=bool(row["force"]),
            simulate=bool(row["simulate"]),
            charge=bool(row["charge"]),
            node_overrides=row["node_overrides"] or {},
            trigger_data=row["trigger_data"],
            accepted_at=row["created_at"],
        )
        self._orders[execution_id] = order
        if len(self._orders) > KEPT:
            self._orders.popitem(last=False)
        return order

    async def _plan(self, version_id: str, target: str | None) -> Planned:
        key = (version_id, target)
        if key not in self._plans:
            row = await fetch_one(self._database, FIND_VERSION, id=version_id)
            if row is None:
                raise LookupError(version_id)
            self._plans[key] = _compiled(row["graph"], self._nodes.catalog(), target)
            if len(self._plans) > KEPT:
                self._plans.popitem(last=False)
        return self._plans[key]


def _compiled(document: Mapping[str, JsonValue], catalog: Catalog, target: str | None) -> Planned:
    reading = read_graph(document["nodes"], document["edges"], catalog)
    if reading.graph is None:
        # It was valid when it was accepted: a node type was uninstalled since.
        raise LookupError("; ".join(violation.message for violation in reading.violations))
    return compile_plan(reading.graph, catalog, target), exposed_inputs(reading.graph, catalog)
