"""The database: SQLite or PostgreSQL behind the same two methods, read and write.

`read()` gives a session that cannot change anything, `write()` one that may. Neither commits:
leaving the block rolls back whatever was not committed by the edge that opened it.

A database that is away is a `DatabaseOutage`, within five seconds, whichever way it is away.
"""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, NullPool, event, func, inspect, make_url, select
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from server.storage.outage import CONNECT_SECONDS, DatabaseOutage, watched
from server.storage.sqlite import keep_private, sqlite_engine
from server.storage.wait_queue import FairPool, FairSemaphore

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
_MIGRATION_SECONDS = 60.0
# Enough for a connection that is there already.
_LEAST_CONNECT_SECONDS = 0.2
_MIGRATION_LOCK = 0x5E3AF0  # an arbitrary number, the same in every process


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
            self._writer = sqlite_engine(str(self.url.database), "IMMEDIATE", pool_size=1)
            self._reader = sqlite_engine(str(self.url.database), "DEFERRED", pool_size=5)
        else:
            # Here, because most servers and every command on SQLite do without the driver.
            from server.storage.postgresql import CONNECTIONS, postgresql_engine

            self._slots = FairSemaphore(CONNECTIONS, CONNECT_SECONDS)
            self._writer = postgresql_engine(self.url)
            self._reader = self._writer.execution_options(postgresql_readonly=True)
        self.statements = 0  # sent so far, for /metrics; on SQLite with each transaction's BEGIN
        event.listen(self._writer.sync_engine, "before_cursor_execute", self._count)
        if self.is_sqlite:
            event.listen(self._reader.sync_engine, "before_cursor_execute", self._count)

    def _count(self, *_: object) -> None:
        self.statements += 1

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """Open a session that sees one database and can change nothing in it."""
        async with self._session(self._reader) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Open a session that may change rows; on SQLite it holds the only lock from the start.

        Await nothing but the database inside: everyone else who writes is waiting.
        """
        async with self._session(self._writer) as session:
            yield session

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        """Open a session.

        Raises:
            DatabaseOutage: now, from any statement inside, or at the commit; within five seconds.
        """
        try:
            if self.is_sqlite:
                # No connection yet: it would begin the transaction, and all others wait for it.
                async with _open(engine) as session:
                    with _noted(cast(FairPool, engine.pool).note_progress):
                        yield session
                return
            async with self._slots.slot() as silent_seconds, _open(engine) as session:
                # Now, and not at the first statement, so that one limit holds for it all.
                await _connect(session, CONNECT_SECONDS - silent_seconds)
                with _noted(self._slots.waiters.note_progress):
                    yield session
        except PoolTimeout as error:
            raise DatabaseOutage(error) from error

    async def close(self) -> None:
        """Close every connection."""
        await self._writer.dispose()
        if self._reader.pool is not self._writer.pool:
            await self._reader.dispose()

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; any number of processes may ask at once."""
        async with self.migrating() as connection:
            await connection.run_sync(upgrade)

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that sees what there is at one moment, for as long as it takes."""
        if self.is_sqlite:
            engine = sqlite_engine(str(self.url.database), "DEFERRED")
        else:
            engine = self._postgresql_without_limits(isolation_level="REPEATABLE READ")
            engine = engine.execution_options(postgresql_readonly=True)
        async with _disposing(engine), engine.connect() as connection:
            yield connection

    def _postgresql_without_limits(self, **options: Any) -> AsyncEngine:
        """Make an engine whose statements may take as long as they need."""
        from server.storage.postgresql import connect

        connecting = {"async_creator_fn": connect}
        engine = create_async_engine(
            self.url, poolclass=NullPool, connect_args=connecting, **options
        )
        watched(engine.sync_engine)
        return engine

    @asynccontextmanager
    async def migrating(self) -> AsyncIterator[AsyncConnection]:
        """Open the connection on which the schema is changed, alone; commits at the end."""
        if not self.is_sqlite:
            engine = self._postgresql_without_limits()
            async with _disposing(engine), engine.begin() as connection:
                await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
                yield connection
            return
        folder = Path(str(self.url.database)).parent
        # On a shared machine other users must not read students' work.
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True, exist_ok=True)
        async with _folder_locked(folder):
            await asyncio.to_thread(keep_private, Path(str(self.url.database)))
            # Altering a SQLite table copies it and drops the old one, which would delete every
            # row that refers to it: foreign keys stay off here, and are checked at the end.
            engine = sqlite_engine(str(self.url.database), "IMMEDIATE", migrates=True)
            async with _disposing(engine), engine.begin() as connection:
                yield connection
                await _check_references(connection)


def _open(engine: AsyncEngine) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=False, autoflush=False)


async def _connect(session: AsyncSession, seconds: float) -> None:
    try:
        async with asyncio.timeout(max(_LEAST_CONNECT_SECONDS, seconds)):
            await session.connection()
    except TimeoutError as error:
        raise DatabaseOutage(error) from error


@contextmanager
def _noted(note_progress: Callable[[], None]) -> Iterator[None]:
    """Record progress unless the block fails with an outage; other errors count as progress."""
    try:
        yield
    except (DatabaseOutage, asyncio.CancelledError):
        raise
    except Exception:
        note_progress()
        raise
    note_progress()


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


def newest_revision() -> str:
    """Give the newest revision of the schema that this program knows."""
    # By the names of their files: alembic takes a third of a second to load.
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return max((file.name.partition("_")[0] for file in files), default="")


def current_revision(connection: Connection) -> str | None:
    """Give the revision of the connection's schema; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the schema of the connection to a revision; quickly if it is there already."""
    if revision == "head" and current_revision(connection) == newest_revision():
        return
    from alembic import command

    command.upgrade(_alembic(connection), revision)


def wipe(connection: Connection) -> None:
    """Drop all of our tables."""
    from server.models import Base

    Base.metadata.drop_all(connection)
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")


def _alembic(connection: Connection) -> Any:
    # Here, because API and worker never migrate, and alembic takes long to load.
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


async def _check_references(connection: AsyncConnection) -> None:
    broken = (await connection.exec_driver_sql("PRAGMA foreign_key_check")).all()
    if broken:
        raise RuntimeError(f"the migration would leave rows that refer to nothing: {broken[:5]}")
