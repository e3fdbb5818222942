"""Workspaces and keys: made, shown once, and recognised by their hash."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from pixelmill.db import keys as sql
from pixelmill.db.audit import OPERATOR
from pixelmill.db.database import Database, fetch_one
from pixelmill.db.ledger import OPEN_BALANCE
from pixelmill.db.scripts import Script, now, write
from pixelmill.db.statements import Row, Statement, insert_into
from pixelmill.db.tables.access import workspaces
from pixelmill.domain.access import DEFAULT_SCOPES, read_scopes
from pixelmill.kit.clock import Clock
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Problem
from pixelmill.kit.signing import key_shape_ok
from pixelmill.services.grants import GrantWish, give
from pixelmill.services.house import Principal
from pixelmill.services.keys import KeyWish, draw_key, keep_key

DEFAULT_WORKSPACE = "Default"

FIND_WORKSPACE = Statement(select(workspaces).where(workspaces.c.id == bindparam("id")))
FIRST_WORKSPACE = Statement(
    select(workspaces).order_by(workspaces.c.created_at, workspaces.c.id).limit(1)
)
KEEP_WORKSPACE = insert_into(workspaces, "id", "name", "plan", "created_at")


class NoAuthorization(Problem):
    """This needs an API key. Send the header 'Authorization: Bearer sk-…'."""

    code = "missing_authorization"
    status = 401
    title = "Missing authorization"


class KeyMalformed(Problem):
    """The Authorization header must look like 'Bearer sk-…'."""

    code = "invalid_api_key_format"
    status = 401
    title = "Malformed API key"


class KeyUnknown(Problem):
    """This API key is not known, or was revoked. Create a new one."""

    code = "invalid_api_key"
    status = 401
    title = "Invalid API key"


class KeyExpired(Problem):
    """This API key has expired. Create a new one."""

    code = "api_key_expired"
    status = 401
    title = "API key expired"


class WorkspaceUnknown(Problem):
    """There is no such workspace."""

    code = "workspace_not_found"
    status = 404
    title = "Workspace not found"


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made; ``secret`` is shown this once and never again."""

    id: str
    secret: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """Whose key it is, and when it was last used (epoch ms)."""

    principal: Principal
    key_id: str
    last_used_at: int | None


def read_key(header: str | None) -> str:
    """The key of an Authorization header. Raises NoAuthorization, KeyMalformed."""
    if not header:
        raise NoAuthorization
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer" or not key_shape_ok(key.strip()):
        raise KeyMalformed
    return key.strip()


async def recognise(database: Database, clock: Clock, hashed: str) -> Recognised:
    """Who a key is of, by its hash. Raises KeyUnknown, KeyExpired."""
    row = await fetch_one(database, sql.RECOGNISE, hash=hashed)
    if row is None or row["revoked_at"] is not None:
        raise KeyUnknown
    if row["expires_at"] is not None and row["expires_at"] <= clock.now_ms():
        raise KeyExpired
    principal = Principal(row["workspace_id"], row["plan"], frozenset(row["scopes"]), row["id"])
    return Recognised(principal, row["id"], row["last_used_at"])


async def workspace_principal(
    database: Database, workspace_id: str, scopes: frozenset[str]
) -> Principal:
    """A caller who proved the workspace without a key. Raises WorkspaceUnknown."""
    row = await fetch_one(database, FIND_WORKSPACE, id=workspace_id)
    if row is None:
        raise WorkspaceUnknown
    return Principal(row["id"], row["plan"], scopes)


async def create_workspace(
    database: Database, name: str, plan: str = "self_hosted", millicredits: int = 0
) -> str:
    """A new workspace, with credits if any are given; answers its id."""
    return await database.transact(_create_workspace(new_id("ws"), name, plan, millicredits))


async def default_workspace(database: Database) -> Row:
    """The first workspace, made now where there is none."""
    row = await fetch_one(database, FIRST_WORKSPACE)
    if row is None:
        await create_workspace(database, DEFAULT_WORKSPACE)
        row = await fetch_one(database, FIRST_WORKSPACE)
    assert row is not None
    return row


async def create_key(
    database: Database,
    workspace_id: str,
    *,
    name: str = "",
    scopes: Iterable[str] = DEFAULT_SCOPES,
    expires_at: int | None = None,
) -> NewKey:
    """A new key of a workspace. Raises WorkspaceUnknown, ValueError for an unknown scope."""
    if await fetch_one(database, FIND_WORKSPACE, id=workspace_id) is None:
        raise WorkspaceUnknown(f"There is no workspace {workspace_id}.")
    wish = KeyWish(name, read_scopes(scopes), expires_at)
    made = await database.transact(_create_key(workspace_id, wish))
    return NewKey(made[0]["id"], made[1])


async def grant_credits(database: Database, workspace_id: str, millicredits: int) -> None:
    """Give credits to a workspace. Raises WorkspaceUnknown."""
    if await fetch_one(database, FIND_WORKSPACE, id=workspace_id) is None:
        raise WorkspaceUnknown(f"There is no workspace {workspace_id}.")
    await database.transact(give(workspace_id, OPERATOR, GrantWish(millicredits)))


def _create_workspace(id_: str, name: str, plan: str, millicredits: int) -> Script[str]:
    now_ms = yield from now()
    yield from write(
        KEEP_WORKSPACE, [{"id": id_, "name": name, "plan": plan, "created_at": now_ms}]
    )
    yield from write(OPEN_BALANCE, [{"workspace_id": id_, "available": 0, "held": 0}])
    if millicredits:
        yield from give(id_, OPERATOR, GrantWish(millicredits))
    return id_


def _create_key(workspace_id: str, wish: KeyWish) -> Script[tuple[Row, str]]:
    row, secret = draw_key(workspace_id, wish, (yield from now()))
    yield from keep_key(OPERATOR, row)
    return row, secret
