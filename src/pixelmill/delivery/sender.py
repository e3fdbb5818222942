"""Sends what is due: signed, through the guarded door, few at a time per receiver."""

import asyncio
import secrets
from collections import Counter
from typing import Final
from urllib.parse import urlsplit

import structlog

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.deliveries import DUE_URLS, Claimed, Outcome, claim, settle_attempt
from pixelmill.delivery.catalog import ENDPOINT_DISABLED
from pixelmill.delivery.pulse import Pulse
from pixelmill.delivery.schedule import GIVE_UP_MS, next_delay_s, retry_after_s
from pixelmill.delivery.secrets import callback_secret, open_secrets
from pixelmill.delivery.signing import signature
from pixelmill.kit.clock import Clock
from pixelmill.outbound import Door, OutboundError, OutboundReply, OutboundRequest

log = structlog.get_logger()

DEADLINE_S: Final = 15.0
REPLY_BYTES: Final = 256 * 1024
KEPT_CHARS: Final = 1_000
PER_RECEIVER: Final = 4
AT_ONCE: Final = 200
SOON_S: Final = 0.02
LATER_S: Final = 1.0


class Sender:
    """One per process; claims are rows, so several processes never send the same at once."""

    def __init__(
        self, database: Database, door: Door, clock: Clock, key: bytes, *, later_s: float = LATER_S
    ) -> None:
        self._database = database
        self._door = door
        self._clock = clock
        self._key = key
        self._later_s = later_s
        self._busy: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._pulse = Pulse("sender", self.send_due, soon_s=SOON_S, later_s=later_s)
        self.wake = self._pulse.wake
        self.start = self._pulse.start

    async def stop(self) -> None:
        """Claim nothing more, and leave what is on the wire: its lease ends, and it is sent again.

        Attempts that are answered within a second are still written down.
        """
        await self._pulse.stop()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send_due(self) -> bool:
        """One round: claim as many as there are places, and begin to send them."""
        places = await self._places()
        if not places:
            return False
        for claimed in await self._database.transact(claim(places)):
            receiver = receiver_of(claimed.delivery["url"])
            self._busy[receiver] += 1
            task = asyncio.create_task(self._attempt(claimed, receiver))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return False

    async def _places(self) -> dict[str, int]:
        """How many deliveries may be begun at each address that waits."""
        left = AT_ONCE - self._busy.total()
        free: Counter[str] = Counter()
        places: dict[str, int] = {}
        for row in await self._database.fetch(DUE_URLS, now_ms=self._clock.now_ms()):
            receiver = receiver_of(row["url"])
            room = min(PER_RECEIVER - self._busy[receiver] - free[receiver], left)
            if room > 0:
                places[row["url"]] = room
                free[receiver] += room
                left -= room
        return places

    async def _attempt(self, claimed: Claimed, receiver: str) -> None:
        try:
            outcome = await self._send(claimed)
            await self._database.transact(settle_attempt(outcome, ENDPOINT_DISABLED, GIVE_UP_MS))
        except DatabaseUnavailable as error:
            # Its lease ends and it is sent again: at least once, never not at all.
            log.warning("delivery.unrecorded", delivery=claimed.delivery["id"], error=str(error))
        except Exception:
            log.exception("delivery.crashed", delivery=claimed.delivery["id"])
        finally:
            self._busy[receiver] -= 1
            if not self._busy[receiver]:
                del self._busy[receiver]
            self.wake()

    async def _send(self, claimed: Claimed) -> Outcome:
        delivery, sent_at = claimed.delivery, self._clock.now_ms()
        began = self._clock.monotonic()
        reply: OutboundReply | None = None
        error: str | None = None
        try:
            reply = await self._door.fetch(self._request(claimed, sent_at))
        except OutboundError as failure:
            error = str(failure)
        status = reply.status if reply else None
        asked = reply.headers.get("retry-after") if reply else None
        jitter = secrets.randbelow(1_000_000) / 1_000_000
        return Outcome(
            delivery_id=delivery["id"],
            ok=status is not None and 200 <= status < 300,
            status=status,
            error=error,
            reply=_cut(reply),
            duration_ms=round((self._clock.monotonic() - began) * 1000),
            sent_at=sent_at,
            wait_s=next_delay_s(
                delivery["attempts"] + 1, jitter, retry_after_s(asked, self._clock.now_ms())
            ),
            gone=status == 410,
        )

    def _request(self, claimed: Claimed, now_ms: int) -> OutboundRequest:
        delivery, endpoint = claimed.delivery, claimed.endpoint
        if endpoint is None:
            keys = [callback_secret(self._key, delivery["workspace_id"])]
        else:
            keys = open_secrets(self._key, endpoint["id"], endpoint["secrets"], now_ms)
        timestamp = now_ms // 1000
        return OutboundRequest(
            "POST",
            delivery["url"],
            headers={
                "Content-Type": "application/json",
                "webhook-id": delivery["event_id"],
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signature(
                    keys, delivery["event_id"], timestamp, delivery["body"]
                ),
            },
            body=delivery["body"].encode(),
            deadline_s=DEADLINE_S,
            max_bytes=REPLY_BYTES,
            max_redirects=0,
        )


def receiver_of(url: str) -> str:
    """Who is behind an address: what shares a host and port shares the places."""
    return urlsplit(url).netloc.lower()


def _cut(reply: OutboundReply | None) -> str | None:
    """The first characters of a reply, without what a database cannot keep."""
    if reply is None or not reply.body:
        return None
    return (
        reply.body[: KEPT_CHARS * 4].decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT_CHARS]
    )
