"""Sends what is due: signed, through the guarded door, few at a time per receiver."""

import asyncio
import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import structlog

from pixelmill.db.database import Database, DatabaseUnavailable
from pixelmill.db.deliveries import DUE_URLS, Claimed, Outcome, claim, settle_attempts
from pixelmill.db.scripts import Script
from pixelmill.db.writer import GroupWriter
from pixelmill.delivery.catalog import ENDPOINT_DISABLED
from pixelmill.delivery.schedule import GIVE_UP_MS, next_delay_s, retry_after_s
from pixelmill.delivery.secrets import callback_secret, open_secrets
from pixelmill.delivery.signing import signature
from pixelmill.kit.clock import Clock
from pixelmill.kit.pulse import Pulse
from pixelmill.outbound import Door, OutboundError, OutboundReply, OutboundRequest

log = structlog.get_logger()

DEADLINE_S: Final = 15.0
REPLY_BYTES: Final = 256 * 1024
KEPT_CHARS: Final = 1_000
PER_ADDRESS: Final = 4
PER_HOST: Final = 40
"""Endpoints of many people may live at one host, so that a slow one must not fill it."""
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
        self._busy: Counter[str] = Counter()
        self._writer = GroupWriter(database, {Outcome: _settled})
        self._tasks: set[asyncio.Task[None]] = set()
        self._pulse = Pulse(
            "sender", self.send_due, soon_s=SOON_S, later_s=later_s, expected=(DatabaseUnavailable,)
        )
        self.wake = self._pulse.wake

    def start(self) -> None:
        """Begin."""
        self._writer.start()
        self._pulse.start()

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
        await self._writer.close()

    async def send_due(self) -> bool:
        """One round: claim as many as there are places, and begin to send them."""
        places = await self._places()
        if not places:
            return False
        for claimed in await self._database.transact(claim(places)):
            self._busy.update(_places_of(claimed.delivery["url"]))
            task = asyncio.create_task(self._attempt(claimed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return False

    async def _places(self) -> dict[str, int]:
        """How many deliveries may be begun at each address that waits."""
        left = AT_ONCE - len(self._tasks)
        given: Counter[str] = Counter()
        places: dict[str, int] = {}
        for row in await self._database.fetch(DUE_URLS, now_ms=self._clock.now_ms()):
            url, host = _places_of(row["url"])
            room = min(
                PER_ADDRESS - self._busy[url], PER_HOST - self._busy[host] - given[host], left
            )
            if room > 0:
                places[url] = room
                given[host] += room
                left -= room
        return places

    async def _attempt(self, claimed: Claimed) -> None:
        try:
            await self._writer.submit(await self._send(claimed))
        except DatabaseUnavailable as error:
            # Its lease ends and it is sent again: at least once, never not at all.
            log.warning("delivery.unrecorded", delivery=claimed.delivery["id"], error=str(error))
        except Exception:
            log.exception("delivery.crashed", delivery=claimed.delivery["id"])
        finally:
            self._busy.subtract(_places_of(claimed.delivery["url"]))
            # Zeros are dropped, else a counter of addresses grows for ever.
            self._busy = +self._busy
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


def _places_of(url: str) -> tuple[str, str]:
    """Where an attempt takes a place: at its address and at its host."""
    return url, urlsplit(url).netloc.lower()


def _settled(outcomes: Sequence[Outcome]) -> Script[list[None]]:
    return settle_attempts(outcomes, ENDPOINT_DISABLED, GIVE_UP_MS)


def _cut(reply: OutboundReply | None) -> str | None:
    """The first characters of a reply, without what a database cannot keep."""
    if reply is None or not reply.body:
        return None
    return (
        reply.body[: KEPT_CHARS * 4].decode("utf-8", "replace").replace("\0", "\ufffd")[:KEPT_CHARS]
    )
