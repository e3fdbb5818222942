"""The feed of a workspace: every event once, behind a position that never goes back."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pixelmill.db import feed as sql
from pixelmill.db.statements import Row
from pixelmill.delivery.catalog import event_id, resolve_types
from pixelmill.domain.values import JsonValue
from pixelmill.kit.clock import rfc3339
from pixelmill.services.house import House, Principal
from pixelmill.services.watching import LOOK_S, woken

FEED: Final = "feed"
"""The name under which the hub wakes who waits for the feed."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Events in their order, and the position to go on behind."""

    events: Sequence[Row]
    next: int
    has_more: bool


async def read_feed(
    house: House, principal: Principal, after: int | None, types: Sequence[str], limit: int
) -> FeedPage:
    """The events behind ``after``; None starts at the end. Raises UnknownEventType.

    ``types`` are names, or ``execution.*`` for a whole kind; none means all.
    """
    wanted = resolve_types(types)
    head = (await house.parts.database.fetch(sql.HEAD))[0]["position"] or 0
    if after is None:
        return FeedPage((), head, has_more=False)
    statement = sql.BEHIND_OF_TYPES if wanted else sql.BEHIND
    rows = await house.parts.database.fetch(
        statement,
        workspace_id=principal.workspace_id,
        after=after,
        head=head,
        limit=limit,
        **({"types": sorted(wanted)} if wanted else {}),
    )
    full = len(rows) == limit
    # Up to the head nothing else is for this reader: the next look need not pass there again.
    behind = rows[-1]["position"] if full else max(after, head)
    return FeedPage(rows, behind, has_more=full)


async def wait_for_feed(
    house: House,
    principal: Principal,
    after: int | None,
    types: Sequence[str],
    limit: int,
    *,
    seconds: float,
    closing: asyncio.Event,
) -> FeedPage:
    """The same, but an empty page is given only after so many seconds."""
    deadline = house.parts.clock.monotonic() + seconds
    with house.parts.hub.watching(FEED) as watch:
        while True:
            watch.woken.clear()
            page = await read_feed(house, principal, after, types, limit)
            left = deadline - house.parts.clock.monotonic()
            if page.events or left <= 0 or closing.is_set():
                return page
            after = page.next
            await woken(watch.woken, closing, min(left, LOOK_S))


def feed_body(page: FeedPage) -> dict[str, JsonValue]:
    """A page as callers read it; an event has the shape that webhooks have."""
    return {
        "events": [
            {
                "id": event_id(row),
                "type": row["type"],
                "createdAt": rfc3339(row["created_at"]),
                "position": row["position"],
                "seq": row["seq"],
                "data": {"executionId": row["execution_id"], **row["data"]},
            }
            for row in page.events
        ],
        "next": page.next,
        "hasMore": page.has_more,
    }
