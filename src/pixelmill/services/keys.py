"""API keys of a workspace: made, listed, rolled, revoked. A secret is shown once."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pixelmill.db import keys as sql
from pixelmill.db.audit import Actor, audited
from pixelmill.db.scripts import Script, now, read, write
from pixelmill.db.statements import Row
from pixelmill.domain.access import ADMIN_SCOPES, MissingScope, Scope
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.pages import decode_cursor, encode_cursor
from pixelmill.kit.problems import Problem
from pixelmill.kit.signing import key_hash, new_key
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import BadCursor

GRACE_S: Final = 86_400
"""How long an old key works beside its successor, unless said otherwise."""
LONGEST_GRACE_S: Final = 30 * 86_400


class KeyNotFound(Problem):
    """There is no such API key in this workspace."""

    code = "key_not_found"
    status = 404
    title = "API key not found"


class KeyEnded(Problem):
    """This API key has expired or was revoked. Create a new one."""

    code = "invalid_state"
    status = 409
    title = "API key ended"


class ExpiryPassed(Problem):
    """A key cannot expire in the past. Give a later 'expiresAt', or none."""

    code = "invalid_field"
    status = 422
    title = "Expiry passed"


@dataclass(frozen=True, slots=True)
class KeyWish:
    """The key that is asked for; ``expires_at`` is epoch ms, None is never."""

    name: str
    scopes: frozenset[Scope]
    expires_at: int | None = None


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A key's row, and its secret, which is shown this once."""

    row: Row
    secret: str


def draw_key(
    workspace_id: str,
    wish: KeyWish,
    now_ms: int,
    *,
    rolled_from: str | None = None,
) -> tuple[Row, str]:
    """The row of a new key, and its secret, of which the row holds only the hash."""
    secret = new_key()
    row = {
        "id": new_id("key"),
        "workspace_id": workspace_id,
        "name": wish.name,
        "hash": key_hash(secret),
        "prefix": secret[:6],
        "last4": secret[-4:],
        "scopes": sorted(wish.scopes),
        "rolled_from": rolled_from,
        "created_at": now_ms,
        "expires_at": wish.expires_at,
        "revoked_at": None,
        "last_used_at": None,
    }
    return row, secret


def keep_key(actor: Actor, row: Row) -> Script[None]:
    """Write a new key's row."""
    yield from write(sql.KEEP, [row])
    yield from audited(
        actor,
        row["workspace_id"],
        "key.created",
        row["id"],
        row["created_at"],
        details={"name": row["name"], "scopes": row["scopes"], "expiresAt": row["expires_at"]},
    )


async def make_key(house: House, principal: Principal, actor: Actor, wish: KeyWish) -> MadeKey:
    """A new key. Raises MissingScope, ExpiryPassed."""
    _refuse_more_than_own(principal, wish.scopes)
    return await house.parts.database.transact(_make(principal.workspace_id, actor, wish))


async def list_keys(
    house: House, principal: Principal, limit: int, cursor: str | None
) -> tuple[list[JsonValue], str | None]:
    """Keys without secrets, the newest first, and the next cursor. Raises BadCursor."""
    values: dict[str, Any] = {"workspace_id": principal.workspace_id, "limit": limit + 1}
    if cursor is not None:
        values["before_at"], values["before"] = _read_cursor(cursor)
    rows = await house.parts.database.fetch(
        sql.FIRST_PAGE if cursor is None else sql.NEXT_PAGE, **values
    )
    following = None
    if len(rows) > limit:
        rows = rows[:limit]
        following = encode_cursor(rows[-1]["created_at"], rows[-1]["id"])
    now_ms = house.parts.clock.now_ms()
    return [key_body(row, now_ms) for row in rows], following


async def roll_key(
    house: House, principal: Principal, actor: Actor, key_id: str, grace_s: int
) -> MadeKey:
    """A successor with the same name, scopes and lifetime; the old key ends after the grace.

    Raises KeyNotFound, KeyEnded, MissingScope.
    """
    return await house.parts.database.transact(_roll(principal, actor, key_id, grace_s))


async def revoke_key(house: House, principal: Principal, actor: Actor, key_id: str) -> None:
    """End a key now, in every process: nobody keeps keys in memory. Raises KeyNotFound."""
    await house.parts.database.transact(_revoke(principal, actor, key_id))


def key_body(row: Row, now_ms: int) -> dict[str, JsonValue]:
    """A key as callers read it: never its secret, nor its hash."""
    return {
        "id": row["id"],
        "name": row["name"],
        "prefix": row["prefix"],
        "last4": row["last4"],
        "scopes": row["scopes"],
        "status": _state(row, now_ms),
        "rolledFrom": row["rolled_from"],
        "createdAt": rfc3339(row["created_at"]),
        "expiresAt": _time(row["expires_at"]),
        "revokedAt": _time(row["revoked_at"]),
        "lastUsedAt": _time(row["last_used_at"]),
    }


def _make(workspace_id: str, actor: Actor, wish: KeyWish) -> Script[MadeKey]:
    now_ms = yield from now()
    if wish.expires_at is not None and wish.expires_at <= now_ms:
        raise ExpiryPassed
    row, secret = draw_key(workspace_id, wish, now_ms)
    yield from keep_key(actor, row)
    return MadeKey(row, secret)


def _roll(principal: Principal, actor: Actor, key_id: str, grace_s: int) -> Script[MadeKey]:
    now_ms = yield from now()
    old = yield from _locked(principal, key_id)
    if _state(old, now_ms) != "active":
        raise KeyEnded
    _refuse_more_than_own(principal, old["scopes"])
    ends = old["expires_at"]
    lifetime = None if ends is None else ends - old["created_at"]
    wish = KeyWish(
        old["name"],
        frozenset(Scope(scope) for scope in old["scopes"]),
        None if lifetime is None else now_ms + lifetime,
    )
    row, secret = draw_key(principal.workspace_id, wish, now_ms, rolled_from=key_id)
    yield from keep_key(actor, row)
    last_ms = now_ms + grace_s * 1000
    last_ms = last_ms if ends is None else min(ends, last_ms)
    yield from write(sql.EXPIRE, [{"b_id": key_id, "expires_at": last_ms}])
    yield from audited(
        actor,
        principal.workspace_id,
        "key.rolled",
        key_id,
        now_ms,
        details={"successor": row["id"], "endsAt": last_ms},
    )
    return MadeKey(row, secret)


def _revoke(principal: Principal, actor: Actor, key_id: str) -> Script[None]:
    now_ms = yield from now()
    found = yield from _locked(principal, key_id)
    if found["revoked_at"] is None:
        yield from write(sql.REVOKE, [{"b_id": key_id, "revoked_at": now_ms}])
        yield from audited(actor, principal.workspace_id, "key.revoked", key_id, now_ms)


def _locked(principal: Principal, key_id: str) -> Script[Row]:
    found = yield from read(sql.LOCK, id=key_id, workspace_id=principal.workspace_id)
    if not found:
        raise KeyNotFound(f"There is no API key {key_id[:80]} in this workspace.")
    return found[0]


def _refuse_more_than_own(principal: Principal, scopes: Iterable[str]) -> None:
    """An administrator's scope is handed on only by one who has it. Raises MissingScope."""
    beyond = sorted(ADMIN_SCOPES.intersection(scopes) - principal.scopes)
    if beyond:
        raise MissingScope(
            f"This key cannot hand on {', '.join(beyond)}, which it lacks itself. Use a key that "
            "has it, or 'pixelmill key create --scopes'.",
            extra={"requiredScope": beyond[0], "requiredScopes": beyond},
        )


def _state(row: Row, now_ms: int) -> str:
    if row["revoked_at"] is not None:
        return "revoked"
    ends = row["expires_at"]
    return "expired" if ends is not None and ends <= now_ms else "active"


def _time(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)


def _read_cursor(cursor: str) -> tuple[int, str]:
    try:
        created_at, id_ = decode_cursor(cursor)
    except ValueError:
        raise BadCursor from None
    if not isinstance(created_at, int) or not isinstance(id_, str):
        raise BadCursor
    return created_at, id_
