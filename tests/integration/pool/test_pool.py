"""One task may do its worst: it fails alone, and the pool goes on."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator

import pytest

from pixelmill.pool import ChildPool, ComputeFailed, ComputeKilled
from tests.integration.pool import work

pytestmark = pytest.mark.slow


@pytest.fixture
async def pool() -> AsyncIterator[ChildPool]:
    async with ChildPool(2, memory_limit_bytes=1 << 30, task_deadline_s=10, imports=()) as pool:
        yield pool


async def test_bytes_go_in_and_come_out(pool: ChildPool) -> None:
    data = os.urandom(2_000_000)
    assert await pool.run(work.double, data) == data * 2
    assert await pool.run(work.double, b"ab", times=3) == b"ababab"
    assert await pool.run(work.double, b"", times=0) == b""


async def test_children_start_only_when_needed_and_stay(pool: ChildPool) -> None:
    assert pool.pids() == ()
    first = await pool.run(work.pid)
    assert first != os.getpid()
    assert await pool.run(work.pid) == first
    assert pool.pids() == (first,)
    await pool.warm()
    assert len(pool.pids()) == 2


async def test_no_more_children_work_at_once_than_the_pool_has(pool: ChildPool) -> None:
    await pool.warm()
    started = time.monotonic()
    await asyncio.gather(*(pool.run(work.sleep, 0.1) for _ in range(6)))
    assert 0.28 < time.monotonic() - started < 2
    assert len(pool.pids()) == 2


async def test_eight_gigabytes_fail_that_task_alone(pool: ChildPool) -> None:
    sibling = asyncio.create_task(pool.run(work.sleep, 0.3))
    with pytest.raises(ComputeKilled) as caught:
        await pool.run(work.allocate, 8 << 30)
    assert caught.value.code == "too_expensive_to_decode"
    await sibling
    assert await pool.run(work.allocate, 1 << 20) == 1 << 20


async def test_a_task_over_its_deadline_is_killed_alone(pool: ChildPool) -> None:
    sibling = asyncio.create_task(pool.run(work.sleep, 0.5))
    slow = await pool.run(work.pid)
    started = time.monotonic()
    with pytest.raises(ComputeKilled):
        await pool.run(work.sleep, 60, deadline_s=0.2)
    assert time.monotonic() - started < 2
    await sibling
    assert await pool.run(work.pid) != slow or slow not in pool.pids()


@pytest.mark.parametrize("status", [0, 1, 77])
async def test_a_child_that_exits_fails_its_task_at_once(pool: ChildPool, status: int) -> None:
    sibling = asyncio.create_task(pool.run(work.sleep, 0.3))
    started = time.monotonic()
    with pytest.raises(ComputeKilled):
        await pool.run(work.vanish, status)
    assert time.monotonic() - started < 2
    await sibling
    assert await pool.run(work.double, b"x") == b"xx"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
async def test_a_child_that_is_killed_fails_its_task_alone(
    pool: ChildPool, number: signal.Signals
) -> None:
    with pytest.raises(ComputeKilled):
        await pool.run(work.die_by, int(number))
    assert await pool.run(work.double, b"x") == b"xx"


async def test_an_idle_child_that_was_killed_is_replaced(pool: ChildPool) -> None:
    os.kill(await pool.run(work.pid), signal.SIGKILL)
    await asyncio.sleep(0.05)
    assert await pool.run(work.double, b"x") == b"xx"


async def test_killing_children_at_random_never_blocks_the_pool(pool: ChildPool) -> None:
    data = os.urandom(1_000_000)

    async def murder() -> None:
        for _ in range(6):
            await asyncio.sleep(0.05)
            for pid in pool.pids():
                os.kill(pid, signal.SIGKILL)

    killer = asyncio.create_task(murder())
    results = await asyncio.gather(
        *(pool.run(work.double, data) for _ in range(60)), return_exceptions=True
    )
    await killer
    assert all(isinstance(result, bytes | ComputeKilled) for result in results)
    assert await pool.run(work.double, b"x") == b"xx"


async def test_what_a_function_raises_arrives_as_itself(pool: ChildPool) -> None:
    with pytest.raises(work.Refusal) as caught:
        await pool.run(work.refuse, "bomb")
    assert caught.value.code == "bomb"
    with pytest.raises(ZeroDivisionError):
        await pool.run(divmod, 1, 0)


async def test_what_cannot_travel_arrives_as_its_text(pool: ChildPool) -> None:
    with pytest.raises(ComputeFailed, match="Clumsy: a: b"):
        await pool.run(work.stumble)
    with pytest.raises((ComputeFailed, TypeError)):
        await pool.run(work.give_a_lock)
    assert await pool.run(work.double, b"x") == b"xx"


async def test_a_function_that_cannot_travel_is_an_error_of_the_caller(pool: ChildPool) -> None:
    with pytest.raises((AttributeError, TypeError)) as caught:
        await pool.run(lambda: 1)
    assert not isinstance(caught.value, ComputeFailed)


async def test_a_cancelled_task_takes_its_child_along(pool: ChildPool) -> None:
    pid = await pool.run(work.pid)
    task = asyncio.create_task(pool.run(work.sleep, 60))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert await pool.run(work.double, b"x") == b"xx"


async def test_children_ignore_a_keyboard_interrupt(pool: ChildPool) -> None:
    assert await pool.run(work.ignores_interrupts) is True


async def test_a_child_imports_its_libraries_before_its_first_task() -> None:
    async with ChildPool(1, imports=("numpy", "cv2", "no_such_library")) as pool:
        assert await pool.run(work.imported, "cv2") is True


async def test_a_closed_pool_leaves_no_process_behind(pool: ChildPool) -> None:
    await pool.warm()
    pids = pool.pids()
    running = asyncio.create_task(pool.run(work.sleep, 60))
    await asyncio.sleep(0.05)
    await pool.close()
    with pytest.raises(ComputeKilled):
        await running
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(ComputeKilled):
        await pool.run(work.pid)
