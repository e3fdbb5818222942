"""What a batch costs before it runs: per node and in total."""

from collections.abc import Callable, Mapping, Sequence

from pixelmill.domain.credits import Quote, QuoteLine, quote
from pixelmill.domain.graph import Node
from pixelmill.domain.item_drafts import ItemDraft, Overrides
from pixelmill.domain.plan import Plan
from pixelmill.engine.node_inputs import merged_params
from pixelmill.engine.pricing import NodePrice, price_of
from pixelmill.engine.requests import refuse_retired
from pixelmill.services.house import House


def quote_batch(
    house: House,
    plan: Plan,
    drafts: Sequence[ItemDraft],
    overrides: Overrides,
    free: Callable[[str, int], bool] | None = None,
) -> tuple[Quote, list[int]]:
    """The quote, and the millicredits of each item. Raises UnknownModel, ModelRetired.

    ``free`` tells whether a node of the item at a position need not run.
    """
    per_item = [0] * len(drafts)
    lines: list[QuoteLine] = []
    for node in plan.order:
        node_type = house.parts.nodes[node.node_type]
        if node_type.uses_models:
            line = _line(
                house,
                node,
                drafts=[one for one in drafts if free is None or not free(node.id, one.index)],
                call=overrides.get(node.id, {}),
                per_item=per_item,
            )
            lines.append(line)
    return quote(lines, len(drafts)), per_item


def _line(
    house: House,
    node: Node,
    *,
    drafts: Sequence[ItemDraft],
    call: Mapping[str, object],
    per_item: list[int],
) -> QuoteLine:
    total = 0
    usual = price_here(house, node, call, {})
    for draft in drafts:
        own = draft.overrides.get(node.id)
        price = price_here(house, node, call, own) if own else usual
        per_item[draft.index] += price.millicredits
        total += price.millicredits
    return QuoteLine(
        node_id=node.id,
        number=node.number,
        label=node.label,
        model=usual.model.id if usual.model else None,
        unit_millicredits=usual.unit,
        units_per_item=usual.units,
        items=len(drafts),
        millicredits=total,
    )


def price_here(
    house: House, node: Node, call: Mapping[str, object], own: Mapping[str, object]
) -> NodePrice:
    """The price of one node for one item. Raises UnknownModel, ModelRetired."""
    node_type = house.parts.nodes[node.node_type]
    price = price_of(node_type, merged_params(node, node_type, call, own), house.parts.providers)
    if price.model is not None:
        refuse_retired(price.model, house.parts.clock.now_ms())
    return price
