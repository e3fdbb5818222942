"""Accepts an execution: read, check, quote, then one durable decision."""

import secrets

from pixelmill.db.acceptance import Accept, Accepted
from pixelmill.db.statements import Row
from pixelmill.domain.execution import State
from pixelmill.domain.item_drafts import ItemDraft
from pixelmill.domain.seeds import MAX_SEED
from pixelmill.domain.workflow import version_hash
from pixelmill.kit.canonical import digest
from pixelmill.kit.ids import new_id
from pixelmill.services.accepted_bodies import accepted_reply
from pixelmill.services.callbacks import check_callback
from pixelmill.services.checking import Checked, check
from pixelmill.services.house import House, Principal
from pixelmill.services.wishes import Wish
from pixelmill.services.workflows import version_row

__all__ = ["MAX_SEED", "Wish", "execute"]


async def execute(house: House, principal: Principal, wish: Wish) -> Accepted:
    """Start an execution, or replay the answer to the same request.

    Raises a Problem that says what to mend; then nothing was written.
    """
    check_callback(house.parts.door, wish.callback_url, wish.callback_events)
    checked = await check(house, principal, wish)
    accept = _accept(house, principal, wish, checked)
    accepted: Accepted = await house.parts.writer.submit(accept)
    if house.engine is not None and not accepted.replayed:
        house.engine.feeder.wake()
    return accepted


def _accept(house: House, principal: Principal, wish: Wish, checked: Checked) -> Accept:
    limits = house.plans[principal.plan]
    execution = _execution_row(house, principal, wish, checked)
    execution["charge"] = int(limits.charge and not wish.simulate)
    execution["version_id"], version = _version(
        principal, wish, checked, house.parts.clock.now_ms()
    )
    item_ids = [new_id("itm") for _ in checked.drafts]
    items = [
        _item_row(execution, item_id, draft, held if execution["charge"] else 0)
        for item_id, draft, held in zip(item_ids, checked.drafts, checked.per_item, strict=True)
    ]
    taken = checked.reuse.rows(execution, item_ids, checked.plan, house.parts.clock.now_ms())
    begun = {run["item_id"] for run in taken}
    for item in items:
        item["fence"] = int(item["id"] in begun)
    return Accept(
        execution=execution,
        items=items,
        version=version,
        limits=limits,
        quote=checked.quote,
        reply=accepted_reply(house, wish, checked, execution, item_ids),
        idempotency_key=wish.idempotency_key,
        fingerprint=wish.fingerprint,
        node_runs=taken,
    )


def _execution_row(house: House, principal: Principal, wish: Wish, checked: Checked) -> Row:
    now_ms = house.parts.clock.now_ms()
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
        "max_cost": wish.max_cost,
        "deadline_at": None if wish.deadline_s is None else now_ms + wish.deadline_s * 1000,
        "iterators": [stride.as_dict() for stride in checked.strides] or None,
    }


def _version(
    principal: Principal, wish: Wish, checked: Checked, now_ms: int
) -> tuple[str, Row | None]:
    """The saved version, or an unnamed one for an inline graph, the same for the same drawing."""
    document, workflow = checked.subject.document, checked.subject.workflow
    if wish.drawing is None and workflow is not None:
        return workflow["version_id"], None
    hashed = version_hash(document)
    version_id = f"wfv_{digest([principal.workspace_id, hashed])[:26]}"
    return version_id, version_row(
        version_id,
        principal.workspace_id,
        workflow_id=None,
        number=None,
        digest=hashed,
        document=document,
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
        "fence": 0,
        "lane": "default",
        "priority": execution["priority"],
        "credits_held": held,
    }
