"""What receivers answer and what follows: redirects, 410, pauses, silence, five days of failure."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pixelmill.db.tables.delivery import deliveries, delivery_attempts, endpoints
from pixelmill.db.tables.executions import events
from pixelmill.delivery import sender
from pixelmill.delivery.schedule import DELAYS_S
from pixelmill.kit.clock import ManualClock
from tests.integration.delivery.post_office import post_office
from tests.integration.delivery.receiver import Got, receiving

START = 1_800_000_000_000
DAY_S = 86_400


async def test_ten_attempts_follow_the_schedule_and_are_written_down(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock, sent = ManualClock(START), list[int]()

    def answer(got: Got) -> tuple[int, dict[str, str], bytes]:
        sent.append(int(got.headers["webhook-timestamp"]))
        return 500, {}, b"out of paper" * 1000

    async with (
        receiving(answer) as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port], clock=clock) as office,
    ):
        await office.endpoint(receiver.url)
        await office.happen(1)
        async with office.open() as delivery:
            for attempt in range(1, 11):
                rows = await office.until(delivery_attempts, attempt)
                (row,) = await office.until(deliveries, 1, attempts=attempt)
                if row["due_at"] is not None:
                    clock.advance((row["due_at"] - clock.now_ms()) / 1000)
                    delivery.sender.wake()
            assert row["state"] == "failed"
            clock.advance(2 * DAY_S)
            await asyncio.sleep(0.3)
    waits = [later - earlier for earlier, later in pairwise(sent)]
    assert len(sent) == len(DELAYS_S) == 10
    for wait, delay in zip(waits, DELAYS_S[1:], strict=True):
        assert delay - 1 <= wait <= delay * 1.1 + 1
    assert len({got.id for got in receiver.got}) == len({got.body for got in receiver.got}) == 1
    assert {(one["status"], one["error"]) for one in rows} == {(500, None)}
    assert all(one["reply"].startswith("out of paper") for one in rows)
    assert max(len(one["reply"]) for one in rows) == sender.KEPT_CHARS


@pytest.mark.parametrize(
    ("status", "headers", "body", "state", "wait"),
    [
        (200, {}, b"", "delivered", None),
        (204, {}, b"", "delivered", None),
        (301, {"Location": "/elsewhere"}, b"", "pending", 5),
        (307, {"Location": "/elsewhere"}, b"", "pending", 5),
        (400, {}, b"", "pending", 5),
        (404, {}, b"\x00\xff", "pending", 5),
        (410, {}, b"", "failed", None),
        (429, {"Retry-After": "120"}, b"", "pending", 120),
        (503, {"Retry-After": "0"}, b"", "pending", 5),
        (503, {"Retry-After": "9999999"}, b"", "pending", DAY_S),
        (200, {}, b"x" * 300_000, "pending", 5),
    ],
)
async def test_only_2xx_is_success_and_nothing_is_followed(
    sqlite_url: str,
    tmp_path: Path,
    status: int,
    headers: dict[str, str],
    body: bytes,
    state: str,
    wait: int | None,
) -> None:
    clock = ManualClock(START)
    async with (
        receiving(lambda _: (status, headers, body)) as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port], clock=clock) as office,
    ):
        await office.endpoint(receiver.url)
        await office.happen(1)
        async with office.open():
            (row,) = await office.until(deliveries, 1, attempts=1)
    assert row["state"] == state
    assert [got.path for got in receiver.got] == ["/hook"]
    if wait is None:
        assert row["due_at"] is None
    else:
        assert wait * 1000 <= row["due_at"] - START <= max(wait * 1000, 5500)


async def test_silence_and_broken_connections_end_at_the_deadline(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "DEADLINE_S", 0.3)
    async with (
        receiving(delay_s=5) as silent,
        post_office(sqlite_url, tmp_path, [silent.port, 9]) as office,
    ):
        await office.endpoint(silent.url)
        await office.endpoint("http://127.0.0.1:9/closed")
        await office.happen(1)
        async with office.open():
            rows = await office.until(delivery_attempts, 2, within_s=5)
    assert {row["status"] for row in rows} == {None}
    assert sorted(row["error"] for row in rows) == [
        "No whole reply within 0.3 s.",
        "The connection could not be made.",
    ]


async def test_410_disables_an_endpoint_at_once_and_says_so(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        receiving(lambda _: 410) as gone,
        receiving() as other,
        post_office(database_url, tmp_path, [gone.port, other.port]) as office,
    ):
        id_, _ = await office.endpoint(gone.url)
        await office.endpoint(other.url, "endpoint.disabled")
        await office.happen(1)
        async with office.open():
            await office.until(endpoints, 1, enabled=0)
            asked = len(gone.got)
            await office.happen(5, first=2)
            await other.until(1)
            await asyncio.sleep(0.5)
        told = await office.rows(events, type="endpoint.disabled")
    assert len(gone.got) == asked == 1
    assert [row["data"] for row in told] == [{"endpointId": id_, "url": gone.url, "reason": "gone"}]
    assert other.got[0].event["data"]["endpointId"] == id_


async def test_five_days_of_failure_disable_an_endpoint_once_with_one_notice(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = ManualClock(START)
    answers: dict[str, Any] = {"status": 500}
    async with (
        receiving(lambda _: answers["status"]) as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port], clock=clock) as office,
    ):
        id_, _ = await office.endpoint(receiver.url)
        async with office.open():
            for day in range(6):
                await office.happen(1, first=day + 1)
                await office.until(delivery_attempts, day + 1)
                assert (await office.rows(endpoints))[0]["enabled"] == (1 if day < 5 else 0)
                await office.until(deliveries, day + 1, attempts=1)
                if day < 5:
                    await hold_back(office, clock.now_ms() + 30 * DAY_S * 1000)
                    clock.advance(DAY_S)
            await office.happen(3, first=10)
            await asyncio.sleep(0.5)
        told = await office.rows(events, type="endpoint.disabled")
        rows = await office.rows(deliveries)
        assert len(told) == 1
        assert told[0]["data"]["reason"] == "failing"
        assert {row["state"] for row in rows} <= {"failed", "stopped"}
        # The owner mends it, switches it on, and asks for what was missed.
        answers["status"] = 200
        path = f"/api/v1/webhook-endpoints/{id_}"
        body = {"since": "2020-01-01T00:00:00Z"}
        assert (await office.client.post(f"{path}/resend", json=body)).status_code == 409
        await office.client.patch(path, json={"enabled": True})
        resent = (await office.client.post(f"{path}/resend", json=body)).json()["resent"]
        async with office.open():
            await office.until(deliveries, resent, state="delivered")
    assert resent == 6


async def hold_back(office: Any, until: int) -> None:
    """Put off what waits, so that a test may let days pass without its retries."""
    from sqlalchemy import bindparam, update

    from pixelmill.db.scripts import Script, write
    from pixelmill.db.statements import Statement

    later = Statement(
        update(deliveries).where(deliveries.c.due_at.is_not(None)).values(due_at=bindparam("until"))
    )

    def script() -> Script[None]:
        yield from write(later, [{"until": until}])

    await office.house.parts.database.transact(script())
