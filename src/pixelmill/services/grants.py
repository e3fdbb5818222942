"""Credits given to a workspace, once for each Idempotency-Key."""

from dataclasses import dataclass

import orjson

from pixelmill.db import acceptance_sql as sql
from pixelmill.db.acceptance import KEEP_KEYS_MS, Accepted, KeyReused, StoredReply
from pixelmill.db.audit import Actor, audited
from pixelmill.db.ledger import BALANCE, LedgerEntry, enter
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.domain.credits import grant, shown
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.house import House, Principal


@dataclass(frozen=True, slots=True)
class GrantWish:
    """How much to give, in millicredits, and why."""

    millicredits: int
    note: str | None = None
    idempotency_key: str | None = None
    fingerprint: str = ""


async def give_credits(
    house: House, principal: Principal, actor: Actor, wish: GrantWish
) -> Accepted:
    """Give credits to the caller's workspace, or replay the answer. Raises KeyReused."""
    script = give(principal.workspace_id, actor, wish)
    accepted: Accepted = await house.parts.database.transact(script)
    return accepted


def give(workspace_id: str, actor: Actor, wish: GrantWish) -> Script[Accepted]:
    """The grant, its place in the audit log, and the answer to keep: in one transaction."""
    # Whoever holds the workspace's row decides alone, so a key is never taken twice.
    yield from read(sql.LOCK_WORKSPACES, ids=[workspace_id])
    now_ms = yield from now()
    replay = yield from _replay(workspace_id, wish, now_ms)
    if replay is not None:
        return replay
    moved = grant(wish.millicredits)
    entry = LedgerEntry(workspace_id, moved.kind.value, moved.amount, moved.held, note=wish.note)
    yield from enter([entry], now_ms)
    yield from audited(
        actor,
        workspace_id,
        "credits.granted",
        entry.id,
        now_ms,
        details={"millicredits": wish.millicredits, "note": wish.note},
    )
    balance = (yield from read(BALANCE, workspace_id=workspace_id))[0]
    body: dict[str, JsonValue] = {
        "id": entry.id,
        "kind": entry.kind,
        "credits": shown(wish.millicredits),
        "note": wish.note,
        "available": shown(balance["available"]),
        "held": shown(balance["held"]),
        "createdAt": rfc3339(now_ms),
    }
    reply = StoredReply(201, {}, orjson.dumps(body).decode())
    yield from _keep_reply(workspace_id, wish, reply, now_ms)
    return Accepted(reply)


def _replay(workspace_id: str, wish: GrantWish, now_ms: int) -> Script[Accepted | None]:
    if wish.idempotency_key is None:
        return None
    found = yield from read(sql.FIND_KEYS, keys=[wish.idempotency_key])
    known = next((row for row in found if row["workspace_id"] == workspace_id), None)
    if known is None:
        return None
    if known["expires_at"] <= now_ms:
        gone = {"b_key": wish.idempotency_key, "b_workspace_id": workspace_id}
        yield from write(sql.DROP_KEYS, [gone])
        return None
    if known["fingerprint"] != wish.fingerprint:
        raise KeyReused
    return Accepted(StoredReply(known["status"], known["headers"], known["body"]), replayed=True)


def _keep_reply(
    workspace_id: str, wish: GrantWish, reply: StoredReply, now_ms: int
) -> Script[None]:
    if wish.idempotency_key is None:
        return
    row = {
        "key": wish.idempotency_key,
        "workspace_id": workspace_id,
        "fingerprint": wish.fingerprint,
        "status": reply.status,
        "headers": reply.headers,
        "body": reply.body,
        "execution_id": None,
        "created_at": now_ms,
        "expires_at": now_ms + KEEP_KEYS_MS,
    }
    yield from write(sql.KEEP_KEY, [row])
