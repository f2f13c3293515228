"""Connections to SQLite: one that writes, several that read, and their time limits.

SQLite lets one connection write at a time. Its writing engine therefore holds exactly one
connection, so that writers of one process wait in a queue that is fair, and each transaction
begins IMMEDIATE, so that what a verb reads before it writes cannot be stale: with SQLAlchemy's
default two workers could take the same run. Readers have their own connections and never wait.
"""

import os
import sqlite3
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, NullPool, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.storage.json_text import WHOLE_CHARACTERS
from server.storage.outage import watched
from server.storage.sqlite_opening import open_sqlite
from server.storage.wait_queue import FairPool

# While none of this process is served, and then for other processes: together less than five
# seconds, after which a request is told that the database is away.
TURN_SECONDS: Final = 3.0
LOCK_SECONDS: Final = 1.8
_MIGRATION_LOCK_SECONDS: Final = 10.0

_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA journal_size_limit=67108864",
)


def keep_private(file: Path) -> None:
    """Make an existing database file readable only by its owner."""
    for name in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        with suppress(OSError):  # it is not there, or not ours to change
            name.chmod(name.stat().st_mode & 0o700)


def is_open_elsewhere(file: str | None) -> bool:
    """Whether another connection, of any process, has the database open."""
    if file is None or not Path(file).exists():
        return False
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        try:
            # Leaving WAL mode needs exclusive access; our next connection turns it on again.
            connection.execute("PRAGMA journal_mode=DELETE").fetchall()
        except sqlite3.OperationalError:
            return True
    return False


def sqlite_engine(
    file: str, begin: str, *, pool_size: int | None = None, migrates: bool = False
) -> AsyncEngine:
    """Make an engine whose transactions begin IMMEDIATE or DEFERRED; DEFERRED ones only read.

    migrates  Foreign keys are off, and it waits longer for the lock.
    """
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pool_size is not None:
        pool = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": TURN_SECONDS}
        pool["poolclass"] = FairPool
    # A session has ended its transaction by the time it gives the connection back.
    pool |= {"pool_reset_on_return": None, **WHOLE_CHARACTERS}
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}", async_creator=partial(_open_privately, file), **pool
    )
    watched(engine.sync_engine, reads_only=begin == "DEFERRED")
    pragmas = _pragmas(begin, migrates=migrates)

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        # None stops the driver from beginning transactions by itself; `_begin` does.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        if begin == "IMMEDIATE":  # may have to wait for the lock, and then in vain
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        # One hop to the driver's thread; by way of a cursor it would be three.
        driver: Any = connection.connection.dbapi_connection
        try:
            driver.run_async(lambda aiosqlite: aiosqlite.execute("BEGIN DEFERRED"))
        except BaseException:
            # Whether it has begun is not known when the request is cancelled meanwhile; in the
            # pool it would stay so, and the next one to use it could not begin.
            connection.invalidate()
            raise

    return engine


async def _open_privately(file: str) -> Any:
    # SQLite would make the file for all to read; -wal and -shm are made as the file is.
    with suppress(OSError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return await open_sqlite(file)


def _pragmas(begin: str, *, migrates: bool) -> list[str]:
    lock_seconds = _MIGRATION_LOCK_SECONDS if migrates else LOCK_SECONDS
    pragmas = [
        f"PRAGMA busy_timeout={round(lock_seconds * 1000)}",
        *_PRAGMAS,
        f"PRAGMA foreign_keys={'OFF' if migrates else 'ON'}",
    ]
    return [*pragmas, "PRAGMA query_only=ON"] if begin == "DEFERRED" else pragmas
