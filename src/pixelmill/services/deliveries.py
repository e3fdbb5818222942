"""The log of deliveries: what was sent where, how each attempt went, and one of them again."""

from functools import lru_cache

from pixelmill.db import endpoints as sql
from pixelmill.db.database import fetch_one
from pixelmill.db.statements import Row, Statement
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.kit.ids import is_id
from pixelmill.kit.problems import Problem
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import BadCursor
from pixelmill.services.webhook_endpoints import EndpointDisabled, list_endpoints


class DeliveryUnknown(Problem):
    """There is no such delivery in this workspace."""

    code = "delivery_not_found"
    status = 404
    title = "Delivery not found"


async def list_deliveries(
    house: House,
    principal: Principal,
    limit: int,
    *,
    endpoint_id: str | None = None,
    state: str | None = None,
    before: str | None = None,
) -> tuple[list[Row], str | None]:
    """One page, the newest first, and the id to go on before. Callbacks have no endpoint.

    Raises BadCursor.
    """
    if before is not None and not is_id(before, "del"):
        raise BadCursor
    asked = {"endpoint_id": endpoint_id, "state": state, "before": before}
    statement = _statement(
        of_endpoint=endpoint_id is not None,
        in_state=state is not None,
        behind=before is not None,
    )
    rows = await house.parts.database.fetch(
        statement,
        workspace_id=principal.workspace_id,
        limit=limit + 1,
        **{name: value for name, value in asked.items() if value is not None},
    )
    return rows[:limit], rows[limit - 1]["id"] if len(rows) > limit else None


async def find_delivery(house: House, principal: Principal, delivery_id: str) -> Row:
    """One delivery. Raises DeliveryUnknown."""
    if not is_id(delivery_id, "del"):
        raise DeliveryUnknown
    row = await fetch_one(
        house.parts.database,
        sql.ONE_DELIVERY,
        id=delivery_id,
        workspace_id=principal.workspace_id,
    )
    if row is None:
        raise DeliveryUnknown
    return row


async def attempts_of(house: House, row: Row) -> list[Row]:
    """The attempts of a delivery in their order."""
    return await house.parts.database.fetch(sql.ATTEMPTS, delivery_id=row["id"])


async def resend(house: House, principal: Principal, row: Row) -> Row:
    """Send it again now, under the id it had. Raises EndpointDisabled."""
    url = row["url"]
    if row["endpoint_id"].startswith("whe_"):
        found = [
            one for one in await list_endpoints(house, principal) if one["id"] == row["endpoint_id"]
        ]
        if not found or not found[0]["enabled"]:
            raise EndpointDisabled
        url = found[0]["url"]
    await house.parts.database.transact(sql.send_again([row["id"]], url))
    return await find_delivery(house, principal, row["id"])


def delivery_body(row: Row) -> dict[str, JsonValue]:
    """A delivery in the log."""
    is_callback = not row["endpoint_id"].startswith("whe_")
    return {
        "id": row["id"],
        "endpointId": None if is_callback else row["endpoint_id"],
        "executionId": row["execution_id"],
        "eventId": row["event_id"],
        "eventType": row["event_type"],
        "url": row["url"],
        "state": row["state"],
        "attemptCount": row["attempts"],
        "nextAttemptAt": _moment(row["due_at"]),
        "createdAt": rfc3339(row["created_at"]),
        "endedAt": _moment(row["ended_at"]),
    }


def whole_delivery_body(row: Row, attempts: list[Row]) -> dict[str, JsonValue]:
    """The same with what was sent and how each attempt went."""
    return {
        **delivery_body(row),
        "body": row["body"],
        "attempts": [
            {
                "attempt": one["attempt"],
                "at": rfc3339(one["created_at"]),
                "status": one["status"],
                "error": one["error"],
                "reply": one["reply"],
                "durationMs": one["duration_ms"],
            }
            for one in attempts
        ],
    }


@lru_cache(maxsize=8)
def _statement(*, of_endpoint: bool, in_state: bool, behind: bool) -> Statement:
    return sql.log_page(of_endpoint=of_endpoint, in_state=in_state, behind=behind)


def _moment(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(ms)
