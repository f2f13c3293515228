"""A request that is cancelled leaves no open database file behind, and no task that never ends."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import text

from server.storage import sqlite_opening
from server.storage.database import Database
from server.storage.sqlite_opening import open_sqlite


def open_files(file: Path) -> int:
    links = Path("/proc/self/fd").iterdir()
    found = 0
    for link in links:
        with suppress(FileNotFoundError):
            found += link.readlink() == file
    return found


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[sqlite3.Connection]:
    """Every connection that is opened; held, so that Python does not close it by collecting it."""
    kept: list[sqlite3.Connection] = []

    class RecordedConnection(sqlite3.Connection):
        def __init__(self, *arguments: object, **settings: object) -> None:
            may_open.wait(30)
            super().__init__(*arguments, **settings)  # type: ignore[arg-type]
            kept.append(self)
            is_opened.set()

    may_open.clear()
    is_opened.clear()
    monkeypatch.setattr(sqlite_opening.sqlite3, "Connection", RecordedConnection)
    return kept


may_open, is_opened = threading.Event(), threading.Event()


@pytest.mark.parametrize("is_cancelled_first", [True, False])
async def test_a_cancelled_connect_leaves_nothing_open(
    is_cancelled_first: bool, opened: list[sqlite3.Connection], tmp_path: Path
) -> None:
    file = tmp_path / "some.db"
    connecting = asyncio.create_task(open_sqlite(str(file)))
    await asyncio.sleep(0)

    if is_cancelled_first:
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
        may_open.set()
    else:
        may_open.set()
        is_opened.wait(30)  # the loop does not run, so it has not heard of it
        connecting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await connecting
    await asyncio.to_thread(is_opened.wait, 30)
    async with asyncio.timeout(30):
        while open_files(file):  # noqa: ASYNC110 - the driver's thread closes it
            await asyncio.sleep(0.001)

    (connection,) = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("select 1")


@pytest.mark.parametrize("is_closing_first", [True, False])
async def test_a_connection_may_be_stopped_while_it_is_being_closed(
    is_closing_first: bool, tmp_path: Path
) -> None:
    connection = await open_sqlite(str(tmp_path / "some.db"))
    closing = asyncio.create_task(connection.close())
    if is_closing_first:
        await asyncio.sleep(0)
    connection.stop()
    async with asyncio.timeout(10):
        await closing

    connection._thread.join(10)
    assert not connection._thread.is_alive()
    assert open_files(tmp_path / "some.db") == 0


async def test_a_query_that_is_cancelled_twice_ends(sqlite_database: Database) -> None:
    """As where the end of the loop cancels every task, while one is closing its connection."""
    is_running, may_end = threading.Event(), threading.Event()
    threads: list[threading.Thread] = []

    def block() -> None:
        is_running.set()
        may_end.wait(30)

    async def ask() -> None:
        async with sqlite_database.write() as session:
            connection = (await (await session.connection()).get_raw_connection()).driver_connection
            threads.append(connection._thread)  # type: ignore[union-attr]
            await connection.create_function("block", 0, block)  # type: ignore[union-attr]
            await session.execute(text("SELECT block()"))

    mine = asyncio.all_tasks()
    asking = asyncio.create_task(ask())
    await asyncio.to_thread(is_running.wait, 30)
    asking.cancel()
    for _ in range(10):  # it closes its connection now, behind the query
        await asyncio.sleep(0)
    others = asyncio.all_tasks() - mine - {asking}
    for task in (asking, *others):
        task.cancel()
    may_end.set()
    _, pending = await asyncio.wait({asking, *others}, timeout=10)

    # It still tells this loop how the query and the closing went.
    await asyncio.to_thread(threads[0].join, 30)
    assert not threads[0].is_alive()
    assert others
    assert pending == set()


async def test_an_opened_connection_works_and_closes(tmp_path: Path) -> None:
    connection = await open_sqlite(str(tmp_path / "some.db"))

    async with connection.execute("select 1") as cursor:
        assert await cursor.fetchone() == (1,)
    await connection.close()
