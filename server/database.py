"""The database: SQLite or PostgreSQL behind the same two verbs, read and write.

`read()` gives a session that cannot change anything, `write()` one that may. Neither commits:
leaving the block rolls back whatever was not committed by the edge that opened it.

SQLite lets one connection write at a time. Its writing engine therefore holds exactly one
connection, so that writers of one process wait in a queue that is fair, and each transaction
begins IMMEDIATE, so that what a verb reads before it writes cannot be stale: with SQLAlchemy's
default two workers could take the same run. Readers have their own connections and never wait.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, NullPool, event, func, make_url, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from server.sqlite_opening import open_sqlite

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
_MIGRATION_SECONDS = 60.0
_MIGRATION_LOCK = 0x5E3AF0  # any number will do, as long as every process takes the same

_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA busy_timeout=10000",
    "PRAGMA journal_size_limit=67108864",
)


class Database:
    """One database and its connections; close it when done.

    Connections are made when first needed, so building one costs nothing and cannot fail.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        if self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+asyncpg")
        if self.url.drivername == "sqlite":
            self.url = self.url.set(drivername="sqlite+aiosqlite")
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer = _sqlite_engine(str(self.url.database), "IMMEDIATE", pool_size=1)
            self._reader = _sqlite_engine(str(self.url.database), "DEFERRED", pool_size=5)
        else:
            self._writer = create_async_engine(
                self.url, pool_size=10, max_overflow=10, pool_pre_ping=True
            )
            self._reader = self._writer.execution_options(postgresql_readonly=True)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a session that sees one database and can change nothing in it."""
        async with _session(self._reader) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a session that may change rows; on SQLite it holds the only lock from the start.

        Await nothing but the database inside: everyone else who writes is waiting.
        """
        async with _session(self._writer) as session:
            yield session

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self._reader.pool is not self._writer.pool:
            await self._reader.dispose()

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; any number of processes may ask at once."""
        async with self.migrating() as connection:
            await connection.run_sync(_upgrade)

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Open the connection on which the schema is changed, alone; commits at the end."""
        if not self.is_sqlite:
            engine = create_async_engine(self.url, poolclass=NullPool)
            async with _disposing(engine), engine.begin() as connection:
                await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                yield connection
            return
        folder = Path(str(self.url.database)).parent
        # Students' work is nobody else's to read on a shared machine.
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        async with _folder_locked(folder):
            # Altering a SQLite table copies it and drops the old one, which would delete every
            # row that refers to it: foreign keys stay off here, and are checked at the end.
            engine = _sqlite_engine(str(self.url.database), "IMMEDIATE", foreign_keys=False)
            async with _disposing(engine), engine.begin() as connection:
                yield connection
                await _check_references(connection)


@asynccontextmanager
async def _disposing(engine: AsyncEngine) -> AsyncIterator[None]:
    try:
        yield
    finally:
        await engine.dispose()


@asynccontextmanager
async def _folder_locked(folder: Path) -> AsyncIterator[None]:
    """Hold a new SQLite file's folder alone.

    The first connection turns the file to WAL, and that fails at once, whatever busy_timeout
    says, while another connection does the same ("database is locked").
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        async with asyncio.timeout(_MIGRATION_SECONDS):
            while not _try_lock(descriptor):  # noqa: ASYNC110 - another process holds it
                await asyncio.sleep(0.02)
        yield
    finally:
        os.close(descriptor)


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _session(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False, autoflush=False)


def _sqlite_engine(
    file: str, begin: str, *, pool_size: int | None = None, foreign_keys: bool = True
) -> AsyncEngine:
    pool: dict[str, Any] = {"poolclass": NullPool}
    if pool_size is not None:
        pool = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": 60}
    # A session has ended its transaction by the time it gives the connection back.
    pool["pool_reset_on_return"] = None
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{file}", async_creator=partial(open_sqlite, file), **pool
    )
    pragmas = [*_SQLITE_PRAGMAS, f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}"]
    if begin == "DEFERRED":
        pragmas.append("PRAGMA query_only=ON")

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
        driver.run_async(lambda aiosqlite: aiosqlite.execute("BEGIN DEFERRED"))

    return engine


def _upgrade(connection: Connection) -> None:
    # Here, because API and worker never migrate, and alembic takes long to load.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def _check_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration would leave rows that refer to nothing: {broken[:5]}")
