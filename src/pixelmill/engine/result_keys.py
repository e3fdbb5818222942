"""Under which key a node's result may be reused, and from which seed it is drawn."""

from collections.abc import Mapping
from typing import Final

from pixelmill.db.statements import Row
from pixelmill.domain.caching import cache_key
from pixelmill.domain.seeds import item_seed
from pixelmill.domain.values import JsonValue
from pixelmill.engine.orders import Order
from pixelmill.engine.values import fingerprint
from pixelmill.sdk.node_type import AnyNode
from pixelmill.sdk.registry import ProviderRegistry

_QUICK: Final = frozenset({"input", "output", "utility"})
_ACTING: Final = ("latency", "failure_rate", "refuse", "ticket")
"""Parameters with which a model only plays a vendor: what it answers then is no result."""


def result_key(
    order: Order,
    providers: ProviderRegistry,
    node_type: AnyNode,
    params: Mapping[str, JsonValue],
    inputs: Mapping[str, JsonValue],
    *,
    seed: int,
) -> str | None:
    """The key of a node's result; None where it is not worth keeping, or must not be kept."""
    if (
        node_type.category in _QUICK
        or order.cache_mode == "off"
        or order.simulate
        or any(params.get(name) for name in _ACTING)
    ):
        return None
    model_id = node_type.model_id(params)
    model = providers.model(model_id) if model_id else None
    return cache_key(
        workspace_id=order.workspace_id,
        node_type=node_type.base,
        node_version=node_type.version,
        params={"params": fingerprint(dict(params)), "inputs": fingerprint(dict(inputs))},
        input_hashes={},
        model_id=model_id,
        model_revision=model.vendor_id if model else None,
        seed=seed if model_id else None,
    )


def seed_of(order: Order, item: Row, node_id: str, params: Mapping[str, JsonValue]) -> int:
    """The seed of one node of an item: the row's, the node's, else a derived one."""
    return item_seed(
        row_seed=item["seed"],
        node_seed=own_seed(params),
        base_seed=order.base_seed,
        item_key_or_hash=item["key"] or item["input_hash"],
        node_id=node_id,
    )


def own_seed(params: Mapping[str, JsonValue]) -> int | None:
    """The seed that a node's parameters name, if they do."""
    given = params.get("seed")
    return given if isinstance(given, int) and not isinstance(given, bool) else None
