"""Triggers: their rows, and the transaction that lets one call in or refuses it."""

from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row, Statement, insert_into
from pixelmill.db.tables.access import workspaces
from pixelmill.db.tables.workflows import triggers, workflows
from pixelmill.domain.trigger import Call, Memory, TriggerSettings
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id

FIND_OPEN = Statement(
    select(
        triggers,
        workflows.c.name.label("workflow_name"),
        workflows.c.is_active.label("workflow_active"),
        workspaces.c.plan.label("plan"),
    )
    .join(workflows, workflows.c.id == triggers.c.workflow_id)
    .join(workspaces, workspaces.c.id == triggers.c.workspace_id)
    .where(
        triggers.c.secret_hash == bindparam("secret_hash"),
        triggers.c.enabled == 1,
        workflows.c.deleted_at.is_(None),
    )
)
OF_WORKFLOW = Statement(
    select(triggers)
    .where(
        triggers.c.workflow_id == bindparam("workflow_id"),
        triggers.c.workspace_id == bindparam("workspace_id"),
    )
    .order_by(triggers.c.id)
)
LOCK = Statement(select(triggers).where(triggers.c.id == bindparam("id")).with_for_update())
KEEP = insert_into(
    triggers,
    *("id", "workspace_id", "workflow_id", "secret_hash", "hmac_ciphertext", "settings"),
    *("enabled", "created_at"),
)
CHANGE = Statement(
    update(triggers)
    .where(triggers.c.id == bindparam("b_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                *("secret_hash", "hmac_ciphertext", "settings", "enabled"),
                *("spent_millicredits", "spent_day", "rotated_at", "last_used_at"),
            )
        }
    )
)
DROP = Statement(delete(triggers).where(triggers.c.id == bindparam("b_id")))
_CALLS: Final = "calls"


def keep_trigger(row: Row) -> Script[Row]:
    """Write a new trigger; answers its row."""
    now_ms = yield from now()
    yield from write(KEEP, [{**row, "created_at": now_ms}])
    return (yield from read(LOCK, id=row["id"]))[0]


def change_trigger(trigger_id: str, *, rotated: bool = False, **changes: Any) -> Script[Row | None]:
    """Change columns of a trigger; ``settings`` keep what it remembers. None when it is gone."""
    now_ms = yield from now()
    found = yield from read(LOCK, id=trigger_id)
    if not found:
        return None
    row = found[0]
    if "settings" in changes:
        changes["settings"] = {**row["settings"], **changes["settings"]}
    if rotated:
        changes["rotated_at"] = now_ms
    row |= changes
    yield from write(CHANGE, [{**row, "b_id": trigger_id}])
    return row


def drop_trigger(trigger_id: str) -> Script[None]:
    """Forget a trigger for good."""
    yield from write(DROP, [{"b_id": trigger_id}])


def let_in(trigger_id: str, identity: str, millicredits: int, key: str | None) -> Script[str]:
    """Count one call and its price; answers the idempotency key to execute it under.

    A call that came within the dedupe window gets the key of the first and costs nothing. Raises
    TriggerBusy, TriggerSpent, LookupError when the trigger is gone.
    """
    now_ms = yield from now()
    found = yield from read(LOCK, id=trigger_id)
    if not found:
        raise LookupError(trigger_id)
    row = found[0]
    settings, memory = TriggerSettings.read(row["settings"]), _memory(row)
    twin = memory.twin(settings, identity, now_ms)
    if twin is not None:
        return twin.key
    key = key or new_id(trigger_id)
    call = Call(now_ms, identity, key)
    memory = memory.after(settings, call, millicredits, rfc3339(now_ms)[:10])
    yield from write(CHANGE, [{**_remembering(row, memory), "last_used_at": now_ms}])
    return key


def give_back(trigger_id: str, key: str, millicredits: int) -> Script[None]:
    """The call under this key was refused after it was let in: it shall cost nothing."""
    found = yield from read(LOCK, id=trigger_id)
    if not found:
        return
    row, memory = found[0], _memory(found[0])
    if any(call.key == key and call.identity for call in memory.calls):
        yield from write(CHANGE, [_remembering(row, memory.without(key, millicredits))])


def _memory(row: Row) -> Memory:
    calls = tuple(Call(*one) for one in row["settings"].get(_CALLS, ()))
    return Memory(calls, row["spent_day"], row["spent_millicredits"])


def _remembering(row: Row, memory: Memory) -> Row:
    calls = [[call.at_ms, call.identity, call.key] for call in memory.calls]
    return {
        **row,
        "b_id": row["id"],
        "settings": {**row["settings"], _CALLS: calls},
        "spent_millicredits": memory.spent,
        "spent_day": memory.day,
    }
