"""Turns at the database's connections: in order, for as long as others get on, and never lost."""

import asyncio
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.storage import turns
from server.storage.database import Database
from server.storage.turns import Places

PATIENCE_SECONDS = 0.5
SECONDS = 30


async def test_who_comes_first_is_served_first(sqlite_database: Database) -> None:
    served: list[int] = []

    async def write(number: int) -> None:
        async with sqlite_database.write() as session:
            await session.execute(text("SELECT 1"))
            served.append(number)

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(write(number))

    assert served == list(range(50))


async def test_nobody_gives_up_while_others_are_served() -> None:
    places = Places(1, PATIENCE_SECONDS)
    waits: list[float] = []

    async def work() -> None:
        begun = time.monotonic()
        async with places.place():
            waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.05)
            places.turns.went_well()

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        for _ in range(40):
            tasks.create_task(work())

    assert len(waits) == 40
    assert max(waits) > 2 * PATIENCE_SECONDS


async def test_who_waits_gives_up_when_nobody_is_served() -> None:
    places = Places(1, PATIENCE_SECONDS)
    async with asyncio.timeout(SECONDS), places.place():
        with pytest.raises(PoolTimeout):
            async with places.place():
                pass


async def test_nobody_waits_for_ever_however_well_others_get_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "LONGEST_SECONDS", PATIENCE_SECONDS)
    places = Places(1, SECONDS)
    async with asyncio.timeout(SECONDS), places.place():
        with pytest.raises(PoolTimeout):
            async with places.place():
                pass


async def test_time_in_which_this_process_was_busy_does_not_count() -> None:
    places = Places(1, PATIENCE_SECONDS)
    served = asyncio.Event()

    async def wait() -> None:
        async with places.place():
            served.set()

    async with asyncio.timeout(SECONDS), asyncio.TaskGroup() as tasks:
        async with places.place():
            tasks.create_task(wait())
            await asyncio.sleep(0)
            time.sleep(3 * PATIENCE_SECONDS)  # noqa: ASYNC251 - what is tested
            for _ in range(5):  # in which whatever is due by the clock comes to pass
                await asyncio.sleep(0)
        await served.wait()


async def test_a_place_handed_to_somebody_who_is_cancelled_goes_to_the_next() -> None:
    places = Places(1, PATIENCE_SECONDS)

    async def wait() -> None:
        async with places.place():
            pass

    async with asyncio.timeout(SECONDS):
        async with places.place():
            cancelled, next_one = asyncio.create_task(wait()), asyncio.create_task(wait())
            await asyncio.sleep(0)
        cancelled.cancel()  # it has been handed the place, and has not run since
        await next_one
        await asyncio.wait([cancelled])
        async with places.place():
            pass

    assert cancelled.cancelled()


async def test_a_connection_handed_to_somebody_who_is_cancelled_goes_to_the_next(
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
            await write()
