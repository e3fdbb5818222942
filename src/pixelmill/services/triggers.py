"""Inbound triggers as their owner sees them: made off, shown once, rotated, revoked."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pixelmill.db.statements import Row
from pixelmill.db.triggers import (
    OF_WORKFLOW,
    change_trigger,
    drop_trigger,
    keep_trigger,
)
from pixelmill.delivery.signing import new_secret
from pixelmill.domain.credits import shown
from pixelmill.domain.input_keys import InputKeys
from pixelmill.domain.inputs import ExposedInput, exposed_inputs
from pixelmill.domain.trigger import TriggerSettings
from pixelmill.domain.values import JsonValue
from pixelmill.kit.canonical import sha256_hex
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Detail, Problem
from pixelmill.kit.sealing import seal
from pixelmill.services.checking import saved_graph
from pixelmill.services.house import House, Principal
from pixelmill.services.workflows import find_workflow

MOST_TRIGGERS: Final = 20
_ID_BYTES: Final = 20
"""160 random bits: nobody guesses an address."""


class TriggerUnknown(Problem):
    """There is no such trigger."""

    code = "trigger_not_found"
    status = 404
    title = "Trigger not found"


class TooManyTriggers(Problem):
    """This workflow has as many triggers as one may have. Delete one that is not used."""

    code = "too_many_triggers"
    status = 422
    title = "Too many triggers"


@dataclass(frozen=True, slots=True)
class NewTrigger:
    """A trigger with what is shown this once: its address, and the secret if it has one."""

    row: Row
    webhook_id: str
    secret: str | None


async def create_trigger(
    house: House,
    principal: Principal,
    workflow_id: str,
    settings: TriggerSettings,
    *,
    enabled: bool,
    signed: bool,
) -> NewTrigger:
    """A new trigger of a workflow. Raises WorkflowUnknown, UnknownInput, TooManyTriggers."""
    await _check_inputs(house, principal, workflow_id, settings)
    if len(await list_triggers(house, principal, workflow_id)) >= MOST_TRIGGERS:
        raise TooManyTriggers
    trigger_id, webhook_id = new_id("trg"), _new_webhook_id()
    secret = new_secret() if signed else None
    row = await house.parts.database.transact(
        keep_trigger(
            {
                "id": trigger_id,
                "workspace_id": principal.workspace_id,
                "workflow_id": workflow_id,
                "secret_hash": hash_of(webhook_id),
                "hmac_ciphertext": _sealed(house, trigger_id, secret),
                "settings": settings.document(),
                "enabled": int(enabled),
            }
        )
    )
    return NewTrigger(row, webhook_id, secret)


async def list_triggers(house: House, principal: Principal, workflow_id: str) -> list[Row]:
    """The triggers of a workflow, the oldest first. Raises WorkflowUnknown."""
    await find_workflow(house.parts.database, principal, workflow_id)
    return await house.parts.database.fetch(
        OF_WORKFLOW, workflow_id=workflow_id, workspace_id=principal.workspace_id
    )


async def find_trigger(
    house: House, principal: Principal, workflow_id: str, trigger_id: str
) -> Row:
    """One trigger. Raises WorkflowUnknown, TriggerUnknown."""
    for row in await list_triggers(house, principal, workflow_id):
        if row["id"] == trigger_id:
            return row
    raise TriggerUnknown


async def update_trigger(
    house: House,
    principal: Principal,
    row: Row,
    changes: Mapping[str, Any],
    *,
    enabled: bool | None = None,
) -> Row:
    """Change some settings (named as they are stored), or turn it on or off.

    Raises UnknownInput, TriggerUnknown.
    """
    settings = TriggerSettings.read({**row["settings"], **changes})
    await _check_inputs(house, principal, row["workflow_id"], settings)
    columns: dict[str, Any] = {"settings": settings.document()} if changes else {}
    if enabled is not None:
        columns["enabled"] = int(enabled)
    return _still_there(await house.parts.database.transact(change_trigger(row["id"], **columns)))


async def rotate_trigger(house: House, row: Row) -> NewTrigger:
    """A new address, and a new secret where there was one; the old ones end now."""
    webhook_id = _new_webhook_id()
    secret = new_secret() if row["hmac_ciphertext"] else None
    changed = await house.parts.database.transact(
        change_trigger(
            row["id"],
            rotated=True,
            secret_hash=hash_of(webhook_id),
            hmac_ciphertext=_sealed(house, row["id"], secret),
        )
    )
    return NewTrigger(_still_there(changed), webhook_id, secret)


async def delete_trigger(house: House, row: Row) -> None:
    """Revoke a trigger for good."""
    await house.parts.database.transact(drop_trigger(row["id"]))


def trigger_body(house: House, row: Row) -> dict[str, JsonValue]:
    """A trigger as its owner reads it."""
    settings = TriggerSettings.read(row["settings"])
    today = rfc3339(house.parts.clock.now_ms())[:10]
    cap = settings.millicredits_per_day
    return {
        "id": row["id"],
        "workflowId": row["workflow_id"],
        "name": settings.name,
        "enabled": bool(row["enabled"]),
        "signed": row["hmac_ciphertext"] is not None,
        "inputs": None if settings.inputs is None else list(settings.inputs),
        "callsPerMinute": settings.calls_per_minute,
        "creditsPerDay": None if cap is None else shown(cap),
        "creditsUsedToday": shown(row["spent_millicredits"] if row["spent_day"] == today else 0),
        "dedupeSeconds": settings.dedupe_s,
        "createdAt": rfc3339(row["created_at"]),
        "rotatedAt": _moment(row["rotated_at"]),
        "lastUsedAt": _moment(row["last_used_at"]),
    }


def new_trigger_body(house: House, made: NewTrigger) -> dict[str, JsonValue]:
    """The same with the address and the secret, which nobody can read again."""
    url = f"{house.public_url}/api/v1/workflow/{made.webhook_id}/trigger"
    return {
        **trigger_body(house, made.row),
        "webhookId": made.webhook_id,
        "url": url,
        "secret": made.secret,
    }


def seal_purpose(trigger_id: str) -> str:
    """What the sealed secret of a trigger is bound to."""
    return f"trigger:{trigger_id}"


def hash_of(webhook_id: str) -> str:
    """What is stored in place of an address: a random text needs no slow hash."""
    return sha256_hex(webhook_id.encode("utf-8", "surrogatepass"))


def allowed_inputs(
    settings: TriggerSettings, exposed: tuple[ExposedInput, ...]
) -> tuple[ExposedInput, ...]:
    """The inputs that a caller may set."""
    if settings.inputs is None:
        return exposed
    keys = InputKeys(exposed)
    named = [keys.find(name) for name in settings.inputs]
    return tuple(one for one in exposed if one in named)


async def _check_inputs(
    house: House, principal: Principal, workflow_id: str, settings: TriggerSettings
) -> None:
    workflow = await find_workflow(house.parts.database, principal, workflow_id)
    if not settings.inputs:
        return
    graph = saved_graph(house, workflow)
    keys = InputKeys(exposed_inputs(graph, house.parts.nodes.catalog()))
    unknown = [name for name in settings.inputs if keys.find(name) is None]
    if unknown:
        raise keys.unknown(
            [Detail("inputs", f"The workflow has no input '{name[:80]}'.") for name in unknown]
        )


def _new_webhook_id() -> str:
    return f"whk_{secrets.token_hex(_ID_BYTES)}"


def _sealed(house: House, trigger_id: str, secret: str | None) -> str | None:
    return None if secret is None else seal(house.secret, seal_purpose(trigger_id), secret)


def _still_there(row: Row | None) -> Row:
    if row is None:
        raise TriggerUnknown
    return row


def _moment(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
