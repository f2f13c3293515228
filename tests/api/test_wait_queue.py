"""Waiting for connections: in order, as long as others make progress, and nothing is lost."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.storage import wait_queue
from server.storage.database import Database
from server.storage.wait_queue import FairSemaphore

STALL_SECONDS = 0.5
SECONDS = 30


async def test_waiting_requests_are_served_in_order(sqlite_database: Database) -> None:
    served: list[int] = []

    async def write(number: int) -> None:
        async with sqlite_database.write() as session:
            await session.execute(text("SELECT 1"))
            served.append(number)

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(write(number))

    assert served == list(range(50))


async def test_no_task_gives_up_while_others_make_progress() -> None:
    slots = FairSemaphore(1, STALL_SECONDS)
    waits: list[float] = []

    async def work() -> None:
        begun = time.monotonic()
        async with slots.slot():
            waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)
            slots.waiters.note_progress()

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(work())

    assert len(waits) == 40
    assert max(waits) > 2 * STALL_SECONDS


async def test_waiting_tasks_give_up_without_progress() -> None:
    slots = FairSemaphore(1, STALL_SECONDS)
    async with asyncio.timeout(SECONDS), slots.slot():
        with pytest.raises(PoolTimeout):
            async with slots.slot():
                pass


async def test_the_wait_is_limited_even_if_others_make_progress(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wait_queue, "MAX_WAIT_SECONDS", STALL_SECONDS)
    slots = FairSemaphore(1, SECONDS)
    async with asyncio.timeout(SECONDS), slots.slot():
        with pytest.raises(PoolTimeout):
            async with slots.slot():
                pass


async def test_time_in_which_this_process_was_busy_does_not_count() -> None:
    slots = FairSemaphore(1, STALL_SECONDS)
    served = asyncio.Event()

    async def wait() -> None:
        async with slots.slot():
            served.set()

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        async with slots.slot():
            tasks.create_task(wait())
            await asyncio.sleep(0)
            time.sleep(3 * STALL_SECONDS)  # noqa: ASYNC251 - what is tested
            for _ in range(5):  # in which whatever is due by the clock comes to pass
                await asyncio.sleep(0)
        await served.wait()

    assert served.is_set()


async def test_a_slot_handed_to_a_cancelled_task_goes_to_the_next() -> None:
    slots = FairSemaphore(1, STALL_SECONDS)

    async def wait() -> None:
        async with slots.slot():
            pass

    async with asyncio.timeout(SECONDS):
        async with slots.slot():
            cancelled, next_one = asyncio.create_task(wait()), asyncio.create_task(wait())
            await asyncio.sleep(0)
        cancelled.cancel()  # it has been handed the place, and has not run since
        await next_one
        await asyncio.wait([cancelled])
        async with slots.slot():
            pass

    assert cancelled.cancelled()


async def test_a_connection_handed_to_a_cancelled_task_goes_to_the_next(
    sqlite_database: Database,
) -> None:
    async def write() -> None:
        async with sqlite_database.write() as session:
            await session.execute(text("SELECT 1"))

    async with asyncio.timeout(SECONDS):
        for when in range(20):
            writers = [asyncio.create_task(write()) for _ in range(3)]
            for _ in range(when):
                await asyncio.sleep(0)
            writers[1].cancel()
            await asyncio.wait(writers)
            assert [writers[number].exception() for number in (0, 2)] == [None, None]
            await write()
