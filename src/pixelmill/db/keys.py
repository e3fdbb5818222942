"""The statements of API keys."""

from sqlalchemy import and_, bindparam, or_, select, update

from pixelmill.db.statements import Statement, insert_into
from pixelmill.db.tables.access import api_keys, workspaces

SHOWN = (
    *("id", "workspace_id", "name", "prefix", "last4", "scopes", "rolled_from"),
    *("created_at", "expires_at", "revoked_at", "last_used_at"),
)
"""What may leave the database: everything but the hash."""

RECOGNISE = Statement(
    select(
        *(
            api_keys.c[name]
            for name in ("id", "workspace_id", "scopes", "expires_at", "revoked_at", "last_used_at")
        ),
        workspaces.c.plan,
    )
    .join(workspaces, workspaces.c.id == api_keys.c.workspace_id)
    .where(api_keys.c.hash == bindparam("hash"))
)
KEEP = insert_into(
    api_keys,
    *("id", "workspace_id", "name", "hash", "prefix", "last4", "scopes", "rolled_from"),
    *("created_at", "expires_at"),
)
LOCK = Statement(
    select(*(api_keys.c[name] for name in SHOWN))
    .where(
        api_keys.c.id == bindparam("id"),
        api_keys.c.workspace_id == bindparam("workspace_id"),
    )
    .with_for_update()
)
REVOKE = Statement(
    update(api_keys)
    .where(api_keys.c.id == bindparam("b_id"), api_keys.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("revoked_at"))
)
EXPIRE = Statement(
    update(api_keys)
    .where(api_keys.c.id == bindparam("b_id"))
    .values(expires_at=bindparam("expires_at"))
)
NOTE_USE = Statement(
    update(api_keys)
    .where(
        api_keys.c.id == bindparam("b_id"),
        or_(api_keys.c.last_used_at.is_(None), api_keys.c.last_used_at <= bindparam("before")),
    )
    .values(last_used_at=bindparam("last_used_at"))
)
_OF_WORKSPACE = select(*(api_keys.c[name] for name in SHOWN)).where(
    api_keys.c.workspace_id == bindparam("workspace_id")
)
_NEWEST_FIRST = (api_keys.c.created_at.desc(), api_keys.c.id.desc())
FIRST_PAGE = Statement(_OF_WORKSPACE.order_by(*_NEWEST_FIRST).limit(bindparam("limit")))
NEXT_PAGE = Statement(
    _OF_WORKSPACE.where(
        or_(
            api_keys.c.created_at < bindparam("before_at"),
            and_(
                api_keys.c.created_at == bindparam("before_at"),
                api_keys.c.id < bindparam("before"),
            ),
        )
    )
    .order_by(*_NEWEST_FIRST)
    .limit(bindparam("limit"))
)
