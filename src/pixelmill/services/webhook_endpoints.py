"""Webhook endpoints of a workspace: created, changed, rotated, and what they missed sent again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pixelmill.db import endpoints as sql
from pixelmill.db.deliveries import LOCK_ENDPOINT
from pixelmill.db.scripts import Script, now, read
from pixelmill.db.statements import Row
from pixelmill.delivery.catalog import ENDS, resolve_types
from pixelmill.delivery.secrets import sealed_secret, with_newer
from pixelmill.delivery.signing import new_secret
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import new_id
from pixelmill.kit.problems import Detail, Problem
from pixelmill.outbound import OutboundError
from pixelmill.services.house import House, Principal

MOST_ENDPOINTS: Final = 50


class EndpointUnknown(Problem):
    """There is no such webhook endpoint in this workspace."""

    code = "webhook_endpoint_not_found"
    status = 404
    title = "Webhook endpoint not found"


class EndpointRefused(Problem):
    """This address cannot be called. Give a public http:// or https:// address."""

    code = "webhook_url_refused"
    status = 422
    title = "Webhook address refused"


class EndpointDisabled(Problem):
    """This endpoint is disabled. Enable it, then send again."""

    code = "webhook_endpoint_disabled"
    status = 409
    title = "Webhook endpoint disabled"


class TooManyEndpoints(Problem):
    """This workspace has as many endpoints as one may have. Delete one that is not used."""

    code = "too_many_webhook_endpoints"
    status = 422
    title = "Too many webhook endpoints"


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint with the secret that is shown this once."""

    row: Row
    secret: str


async def create_endpoint(
    house: House, principal: Principal, url: str, events: Sequence[str], description: str
) -> NewEndpoint:
    """A new endpoint; without ``events`` it is told the ends of executions.

    Raises EndpointRefused, UnknownEventType, TooManyEndpoints.
    """
    check_url(house, url)
    resolve_types(events)
    if len(await list_endpoints(house, principal)) >= MOST_ENDPOINTS:
        raise TooManyEndpoints
    id_, secret = new_id("whe"), new_secret()
    row = await house.parts.database.transact(
        sql.keep_endpoint(
            {
                "id": id_,
                "workspace_id": principal.workspace_id,
                "url": url,
                "description": description,
                "events": list(events) or list(ENDS),
                "secrets": [sealed_secret(house.secret, id_, secret)],
                "enabled": 1,
            }
        )
    )
    return NewEndpoint(row, secret)


async def list_endpoints(house: House, principal: Principal) -> list[Row]:
    """All endpoints of the workspace, the oldest first."""
    return await house.parts.database.fetch(sql.LIST, workspace_id=principal.workspace_id)


async def find_endpoint(house: House, principal: Principal, endpoint_id: str) -> Row:
    """One endpoint. Raises EndpointUnknown."""
    for row in await list_endpoints(house, principal):
        if row["id"] == endpoint_id:
            return row
    raise EndpointUnknown


async def update_endpoint(house: House, row: Row, changes: Mapping[str, Any]) -> Row:
    """Change ``url``, ``events``, ``description`` or ``enabled``.

    Raises EndpointRefused, UnknownEventType, EndpointUnknown.
    """
    if "url" in changes:
        check_url(house, changes["url"])
    if "events" in changes:
        resolve_types(changes["events"])
    columns = {**changes}
    if "enabled" in columns:
        columns["enabled"] = int(columns["enabled"])
    return _still_there(
        await house.parts.database.transact(sql.change_endpoint(row["id"], columns))
    )


async def rotate_secret(house: House, row: Row) -> NewEndpoint:
    """A new secret; the last one signs beside it for another day. Raises EndpointUnknown."""
    secret = new_secret()
    changed = await house.parts.database.transact(_rotate(house, row["id"], secret))
    return NewEndpoint(_still_there(changed), secret)


async def delete_endpoint(house: House, row: Row) -> None:
    """Delete it; what was on its way is stopped, the log stays."""
    await house.parts.database.transact(sql.drop_endpoint(row["id"]))


async def resend_lost(
    house: House, row: Row, since: int, states: Sequence[str] = sql.RESENDABLE
) -> int:
    """Send again what did not arrive since (epoch ms); answers how many.

    Raises EndpointDisabled.
    """
    if not row["enabled"]:
        raise EndpointDisabled
    return await house.parts.database.transact(sql.send_lost_again(row, since, states))


def check_url(house: House, url: str) -> None:
    """Refuse what can be seen to be no public address. Raises EndpointRefused.

    A name is looked up each time it is called, and judged then.
    """
    try:
        house.parts.door.check(url)
    except OutboundError as error:
        message = f"'url' cannot be called: {error} Give a public http:// or https:// address."
        raise EndpointRefused(message, details=[Detail("url", message)]) from error


def endpoint_body(row: Row) -> dict[str, JsonValue]:
    """An endpoint as its owner reads it, without its secrets."""
    return {
        "id": row["id"],
        "url": row["url"],
        "description": row["description"],
        "events": row["events"],
        "enabled": bool(row["enabled"]),
        "secretCount": len(row["secrets"]),
        "failingSince": _moment(row["failing_since_at"]),
        "disabledAt": _moment(row["disabled_at"]),
        "createdAt": rfc3339(row["created_at"]),
    }


def _rotate(house: House, endpoint_id: str, secret: str) -> Script[Row | None]:
    now_ms = yield from now()
    found = yield from read(LOCK_ENDPOINT, id=endpoint_id)
    if not found:
        return None
    kept = with_newer(house.secret, endpoint_id, found[0]["secrets"], secret, now_ms)
    return (yield from sql.change_endpoint(endpoint_id, {"secrets": kept}))


def _still_there(row: Row | None) -> Row:
    if row is None:
        raise EndpointUnknown
    return row


def _moment(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
