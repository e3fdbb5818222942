"""A loop that is woken, that stumbles and goes on, and that stops."""

import asyncio

from pixelmill.kit.pulse import Pulse


async def until(condition, within_s=2.0):
    async with asyncio.timeout(within_s):
        while not condition():  # noqa: ASYNC110 - a count rings no bell
            await asyncio.sleep(0.001)


async def test_a_round_with_more_work_is_followed_at_once():
    done = []

    async def work():
        done.append(1)
        return len(done) < 5

    pulse = Pulse("test", work, soon_s=0.0, later_s=60)
    pulse.start()
    await until(lambda: len(done) == 5)
    await pulse.stop()


async def test_a_wake_begins_the_next_round():
    done = []

    async def work():
        done.append(1)
        return False

    pulse = Pulse("test", work, soon_s=0.0, later_s=60)
    pulse.start()
    await until(lambda: len(done) == 1)
    pulse.wake()
    await until(lambda: len(done) == 2)
    await pulse.stop()


async def test_a_round_that_fails_is_tried_again():
    done = []

    async def work():
        done.append(1)
        if len(done) == 1:
            raise LookupError("not now")
        return False

    pulse = Pulse("test", work, soon_s=0.0, later_s=0.01, expected=(LookupError,))
    pulse.start()
    await until(lambda: len(done) > 2)
    await pulse.stop()


async def test_stopping_while_it_is_woken_stops_it():
    async def work():
        return False

    for _ in range(50):
        pulse = Pulse("test", work, soon_s=0.0, later_s=60)
        pulse.start()
        await asyncio.sleep(0)
        pulse.wake()
        async with asyncio.timeout(2):
            await pulse.stop()
