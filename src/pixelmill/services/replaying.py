"""Finds the answer that a request with the same Idempotency-Key was given before.

Asked first, so that a replay does not depend on what became of the workflow or the plan since.
"""

from sqlalchemy import bindparam, select

from pixelmill.db.acceptance import Accepted, KeyReused, StoredReply
from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Statement
from pixelmill.db.tables.access import idempotency_keys
from pixelmill.services.house import House, Principal

FIND_REPLY = Statement(
    select(idempotency_keys).where(
        idempotency_keys.c.key == bindparam("key"),
        idempotency_keys.c.workspace_id == bindparam("workspace_id"),
        idempotency_keys.c.expires_at > bindparam("now_ms"),
    )
)


async def find_replay(
    house: House, principal: Principal, key: str, fingerprint: str
) -> Accepted | None:
    """The stored answer, or None where the key is new. Raises KeyReused for another request."""
    row = await fetch_one(
        house.parts.database,
        FIND_REPLY,
        key=key,
        workspace_id=principal.workspace_id,
        now_ms=house.parts.clock.now_ms(),
    )
    if row is None:
        return None
    if row["fingerprint"] != fingerprint:
        raise KeyReused
    return Accepted(StoredReply(row["status"], row["headers"], row["body"]), replayed=True)
