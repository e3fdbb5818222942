"""Deliveries over real sockets: none lost, all signed, and nobody waits for the slow."""

import asyncio
from collections import Counter
from pathlib import Path

from pixelmill.db.tables.delivery import deliveries, delivery_attempts
from tests.integration.delivery.post_office import LeapingClock, PostOffice, post_office
from tests.integration.delivery.receiver import Got, receiving

EVENTS = 300


async def bring_all(office: PostOffice, clock: LeapingClock, until: int) -> None:
    """Let hours pass whenever nothing more is due, until so many have arrived."""
    async with asyncio.timeout(50):
        while len(await office.rows(deliveries, state="delivered")) < until:
            await asyncio.sleep(0.1)
            due = [row["due_at"] for row in await office.rows(deliveries, state="pending")]
            if due and min(due) > clock.now_ms():
                clock.advance((max(due) - clock.now_ms()) / 1000 + 1)


async def test_a_receiver_that_fails_half_the_time_gets_every_event_over_a_restart(
    database_url: str, tmp_path: Path
) -> None:
    clock = LeapingClock()
    asked: Counter[str] = Counter()
    accepted: Counter[str] = Counter()

    def answer(got: Got) -> int:
        asked[got.id] += 1
        # None, one or two failures before an event is taken: half of all answers.
        if asked[got.id] <= int(got.id.rpartition("_")[2]) % 3:
            return 500
        accepted[got.id] += 1
        return 204

    async with (
        receiving(answer) as receiver,
        post_office(database_url, tmp_path, [receiver.port], clock=clock) as office,
    ):
        _, secret = await office.endpoint(receiver.url)
        await office.happen(EVENTS)
        async with office.open():
            await receiver.until(60)
        # The process is gone in the middle; claims it held run out.
        clock.advance(61)
        async with office.open():
            await bring_all(office, clock, EVENTS)
        rows = await office.rows(deliveries)
    assert sum(asked.values()) >= 2 * EVENTS
    assert len(accepted) == EVENTS
    assert Counter(row["state"] for row in rows) == {"delivered": EVENTS}
    assert all(got.signed_by(secret) for got in receiver.got)
    bodies: dict[str, set[bytes]] = {}
    for got in receiver.got:
        bodies.setdefault(got.id, set()).add(got.body)
        assert got.event["id"] == got.id
    assert all(len(same) == 1 for same in bodies.values())


async def test_a_slow_receiver_does_not_delay_twenty_good_ones(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        receiving(delay_s=30) as slow,
        receiving() as good,
        post_office(database_url, tmp_path, [slow.port, good.port]) as office,
    ):
        await office.endpoint(slow.url)
        for number in range(20):
            await office.endpoint(f"{good.url}/{number}")
        loop = asyncio.get_running_loop()
        async with office.open():
            began = loop.time()
            await office.happen(10)
            await good.until(200)
            late = [got.at - began for got in good.got]
    assert slow.most_open <= 4
    assert sorted(late)[int(len(late) * 0.99)] < 5
    assert len({(got.path, got.id) for got in good.got}) == 200


async def test_a_restart_sends_nothing_twice_that_was_written_down(
    database_url: str, tmp_path: Path
) -> None:
    async with (
        receiving() as receiver,
        post_office(database_url, tmp_path, [receiver.port]) as office,
    ):
        await office.endpoint(receiver.url)
        await office.happen(20)
        async with office.open():
            await office.until(deliveries, 20, state="delivered")
        async with office.open(), office.open():
            await office.happen(20, first=21)
            await office.until(deliveries, 40, state="delivered")
        attempts = await office.rows(delivery_attempts)
    assert len(receiver.got) == 40
    assert len(attempts) == 40
    assert {row["status"] for row in attempts} == {200}


async def test_only_named_events_come_and_only_from_the_own_workspace(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with (
        receiving() as receiver,
        post_office(sqlite_url, tmp_path, [receiver.port]) as office,
    ):
        await office.endpoint(receiver.url, "execution.*")
        await office.happen(3, "item.completed")
        await office.happen(1, "execution.completed", of="exe_2")
        async with office.open():
            await receiver.until(1)
            await asyncio.sleep(0.3)
        made = await office.rows(deliveries)
    assert [row["event_type"] for row in made] == ["execution.completed"]
    assert receiver.got[0].event["type"] == "execution.completed"
