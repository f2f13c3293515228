"""A request that is cancelled while it connects leaves no open database file behind."""

import asyncio
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from server.storage import sqlite_opening
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

    class Kept(sqlite3.Connection):
        def __init__(self, *arguments: object, **settings: object) -> None:
            may_open.wait(30)
            super().__init__(*arguments, **settings)  # type: ignore[arg-type]
            kept.append(self)
            is_opened.set()

    may_open.clear()
    is_opened.clear()
    monkeypatch.setattr(sqlite_opening.sqlite3, "Connection", Kept)
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


async def test_an_opened_connection_works_and_closes(tmp_path: Path) -> None:
    connection = await open_sqlite(str(tmp_path / "some.db"))

    async with connection.execute("select 1") as cursor:
        assert await cursor.fetchone() == (1,)
    await connection.close()
