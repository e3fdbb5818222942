"""Links to the status of one execution that need no key: for callers of triggers, for a day."""

from typing import Any, Final

from sqlalchemy import bindparam, select

from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Statement
from pixelmill.db.tables.access import workspaces
from pixelmill.db.tables.executions import executions
from pixelmill.kit.clock import parse_rfc3339
from pixelmill.kit.problems import Problem
from pixelmill.kit.signing import sign, verify
from pixelmill.services.house import House, Principal

LIFETIME_S: Final = 24 * 3600
_PURPOSE: Final = "status of an execution"

FIND_OWNER = Statement(
    select(executions.c.workspace_id, workspaces.c.plan)
    .join(workspaces, workspaces.c.id == executions.c.workspace_id)
    .where(executions.c.id == bindparam("id"))
)


class BadStatusLink(Problem):
    """This link does not open this execution, or its 24 hours are over. Use an API key."""

    code = "invalid_status_token"
    status = 401
    title = "Invalid status link"


def status_link(house: House, execution_id: str, accepted_at: str) -> str:
    """The link, good for 24 hours from ``accepted_at`` (RFC 3339)."""
    expires_s = parse_rfc3339(accepted_at) // 1000 + LIFETIME_S
    token = f"{expires_s}.{sign(house.secret, _PURPOSE, execution_id, str(expires_s))}"
    return f"{house.public_url}/api/v1/executions/{execution_id}/receipt?token={token}"


async def open_status_link(house: House, execution_id: str, token: str) -> Principal:
    """Who may read this execution, and nothing else. Raises BadStatusLink."""
    expires, _, signature = token.partition(".")
    if not verify(house.secret, signature, _PURPOSE, execution_id, expires):
        raise BadStatusLink
    if int(expires) <= house.parts.clock.now_ms() // 1000:
        raise BadStatusLink
    row: dict[str, Any] | None = await fetch_one(house.parts.database, FIND_OWNER, id=execution_id)
    if row is None:
        raise BadStatusLink
    return Principal(row["workspace_id"], row["plan"], frozenset())
