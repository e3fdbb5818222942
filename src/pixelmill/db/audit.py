"""The audit log: who did what to keys and credits, written in the transaction that does it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pixelmill.db.scripts import Script, write
from pixelmill.db.statements import insert_into
from pixelmill.db.tables.access import audit_log
from pixelmill.domain.values import JsonValue
from pixelmill.kit.ids import new_id

KEEP = insert_into(audit_log, *(column.name for column in audit_log.columns))


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: a key's id, or the operator at the command line."""

    id: str
    request_id: str | None = None


OPERATOR: Final = Actor("operator")


def audited(
    actor: Actor,
    workspace_id: str,
    action: str,
    target: str,
    now_ms: int,
    *,
    details: Mapping[str, JsonValue] | None = None,
) -> Script[None]:
    """Write down that ``actor`` did ``action`` to ``target``. Never holds a secret."""
    row = {
        "id": new_id("aud"),
        "workspace_id": workspace_id,
        "actor": actor.id,
        "action": action,
        "target": target,
        "request_id": actor.request_id,
        "details": dict(details or {}),
        "created_at": now_ms,
    }
    yield from write(KEEP, [row])
