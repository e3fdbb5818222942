"""Estimates what an execution would cost, without starting it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeAlias

from pixelmill.db.database import fetch_one
from pixelmill.db.ledger import BALANCE
from pixelmill.domain.credits import shown
from pixelmill.domain.graph import Node
from pixelmill.domain.item_drafts import ItemDraft
from pixelmill.domain.values import JsonValue
from pixelmill.engine.node_inputs import merged_params
from pixelmill.engine.pricing import NodePrice
from pixelmill.services.checking import Checked, draft, subject_of, without_required
from pixelmill.services.foreseeing import foresee
from pixelmill.services.house import House, Principal
from pixelmill.services.quoting import price_here
from pixelmill.services.wishes import Wish

ITEMS_SHOWN: Final = 200
Free: TypeAlias = Callable[[str, int], bool]
"""Whether a node of the item at a position costs nothing, since its result is known."""
_PRICING: Final = frozenset({"model", "num_images", "image_size"})


@dataclass(slots=True)
class _Line:
    """One node that may cost something, over all items."""

    node: Node
    usual: NodePrice
    millicredits: int = 0
    hits: int = 0
    runs: int = 0
    uncertain: bool = False


@dataclass(slots=True)
class _Bill:
    """What the batch costs, by node and by item."""

    per_item: list[int]
    lines: list[_Line] = field(default_factory=list[_Line])
    usd: float = 0.0


async def estimate(house: House, principal: Principal, wish: Wish) -> JsonValue:
    """What the wish would cost now. A call without items is priced as one item.

    Raises what execute would raise for the same body, but not for want of inputs, of credit or of
    an active workflow; those are told in ``warnings`` and ``sufficient``.
    """
    subject = await subject_of(house, principal, wish)
    checked = await draft(house, principal, wish, without_required(subject))
    checked = replace(checked, subject=subject)
    foresight = await foresee(house, principal, wish, checked)

    def free(node_id: str, position: int) -> bool:
        return checked.reuse.has(node_id, position) or foresight.has(node_id, position)

    bill = _bill(house, wish, checked, free)
    total = sum(bill.per_item)
    charged = house.plans[principal.plan].charge and not wish.simulate
    available = await _available(house, principal) if charged else None
    return {
        "workflowId": wish.workflow_id,
        "estimatedCredits": 0 if wish.simulate else shown(total),
        "estimatedProviderCostUsd": round(bill.usd, 6),
        "availableCredits": None if available is None else shown(available),
        "creditSource": "workspace" if charged else "unmetered",
        "sufficient": available is None or available >= total,
        "estimateComplete": not any(line.uncertain for line in bill.lines),
        "runCount": len(checked.drafts),
        "staleDependencies": checked.reuse.stale_dependencies(),
        "cachedNodeRuns": sum(line.hits for line in bill.lines),
        "breakdown": [_line_body(line) for line in bill.lines],
        "items": [
            {"runIndexInBatch": one.index, "key": one.key, "credits": shown(price)}
            for one, price in zip(checked.drafts[:ITEMS_SHOWN], bill.per_item, strict=False)
        ],
        "warnings": _warnings(wish, checked),
    }


async def _available(house: House, principal: Principal) -> int:
    row = await fetch_one(house.parts.database, BALANCE, workspace_id=principal.workspace_id)
    return row["available"] if row else 0


def _bill(house: House, wish: Wish, checked: Checked, free: Free) -> _Bill:
    bill = _Bill([0] * len(checked.drafts))
    for node in checked.plan.order:
        node_type = house.parts.nodes[node.node_type]
        if not node_type.uses_models:
            continue
        call = wish.node_overrides.get(node.id, {})
        line = _Line(node, price_here(house, node, call, {}))
        line.uncertain = any(
            edge.target_port in _PRICING for edge in checked.plan.incoming[node.id]
        )
        for one in checked.drafts:
            _add(house, bill, line, one=one, call=call, free=free)
        bill.lines.append(line)
    return bill


def _add(
    house: House,
    bill: _Bill,
    line: _Line,
    *,
    one: ItemDraft,
    call: Mapping[str, JsonValue],
    free: Free,
) -> None:
    if free(line.node.id, one.index):
        line.hits += 1
        return
    node_type = house.parts.nodes[line.node.node_type]
    own = one.overrides.get(line.node.id)
    price = price_here(house, line.node, call, own) if own else line.usual
    line.runs += price.units
    line.millicredits += price.millicredits
    bill.per_item[one.index] += price.millicredits
    bill.usd += _usd(price, merged_params(line.node, node_type, call, own))


def _usd(price: NodePrice, params: Mapping[str, JsonValue]) -> float:
    """The vendor's list price, which follows the same table and units as ours."""
    if price.model is None:
        return 0.0
    listed = price.model.price
    unit = (listed.millicredits, listed.usd)
    for name, rows in listed.table.items():
        unit = rows.get(str(params.get(name)), unit)
    pieces = price.unit / unit[0] if unit[0] else 1
    return unit[1] * pieces * price.units


def _line_body(line: _Line) -> dict[str, JsonValue]:
    credits_ = shown(line.millicredits)
    return {
        "nodeId": line.node.id,
        "nodeLabel": line.node.label,
        "number": line.node.number,
        "model": line.usual.model.id if line.usual.model else None,
        "credits": credits_,
        "cost": credits_,
        "unitCredits": shown(line.usual.unit),
        "iterations": line.runs,
        "cached": line.hits,
        "unknownIterations": line.uncertain,
        "fanOutUncertainty": line.uncertain,
    }


def _warnings(wish: Wish, checked: Checked) -> list[dict[str, Any]]:
    found = [warning.as_dict() for warning in checked.subject.warnings]
    workflow = checked.subject.workflow
    if workflow is not None and not workflow["is_active"]:
        found.append(
            _warning("workflow-inactive", "The workflow is not active.", "Activate it first.")
        )
    for one in checked.subject.exposed:
        preset = wish.node_overrides.get(one.node_id, {}).get(one.param)
        missing = sum(
            preset in (None, "")
            and item.overrides.get(one.node_id, {}).get(one.param) in (None, "")
            for item in checked.drafts
        )
        if one.required and missing:
            said = f"{missing} of {len(checked.drafts)} items give no value for '{one.label}'."
            fix = "Give it before you execute."
            found.append(_warning("missing-input", said, fix, one.node_id))
    return found


def _warning(rule: str, message: str, fix: str, node_id: str | None = None) -> dict[str, Any]:
    where = {} if node_id is None else {"nodeId": node_id}
    return {"rule": rule, "message": message, "fix": fix, **where}
