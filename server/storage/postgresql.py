"""Connections to PostgreSQL: every wait has a limit, so that a silent server is detected.

A server can be silent in two ways: it accepts a connection and never answers (stopped, or
starting), or packets get lost. A request waits first for a connection, then for each statement;
both limits together stay below five seconds.
"""

import asyncio
import time
from typing import Any, Final

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from server.storage.json_text import WHOLE_CHARACTERS
from server.storage.outage import CONNECT_SECONDS, DatabaseOutage, watched

# For one statement. The slowest of ours takes a tenth of a second, on a busy machine one.
STATEMENT_SECONDS: Final = 2.8
# A connection that was used so recently is not tried: that would cost each request a round trip.
# What ended meanwhile in good order (a restart) is known without asking.
_TRIED_AFTER_SECONDS: Final = 5.0
_TRY_SECONDS: Final = 0.8
# At once, by each process; half of them stay open.
CONNECTIONS: Final = 20


def postgresql_engine(url: URL, **pool: Any) -> AsyncEngine:
    """Make an engine whose connections and statements have time limits."""
    given: dict[str, Any] = {
        "pool_size": CONNECTIONS // 2,
        "max_overflow": CONNECTIONS - CONNECTIONS // 2,
        "pool_timeout": CONNECT_SECONDS,
        "connect_args": {"async_creator_fn": connect, "command_timeout": STATEMENT_SECONDS},
    }
    engine = create_async_engine(url, **(given | pool | WHOLE_CHARACTERS))
    watched(engine.sync_engine)

    @event.listens_for(engine.sync_engine, "checkin")
    def _note_use(_connection: Any, record: Any) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _check(connection: Any, record: Any, _proxy: Any) -> None:
        driver = connection.driver_connection
        if driver.is_closed():
            raise DisconnectionError("closed by the server")
        if time.monotonic() - record.info.get("used_at", time.monotonic()) < _TRIED_AFTER_SECONDS:
            return
        try:
            connection.run_async(_try)
        except Exception as error:
            driver.terminate()  # or the pool would take leave of it, which takes two seconds
            raise DisconnectionError("silent") from error

    return engine


async def _try(driver: Any) -> None:
    # Not asyncio.wait_for, which may lose a cancellation on Python 3.11.
    async with asyncio.timeout(_TRY_SECONDS):
        await driver.fetchval("SELECT 1")


async def connect(*args: Any, **options: Any) -> Any:
    """Connect as asyncpg does; whatever keeps us from it is an outage."""
    try:
        return await asyncpg.connect(*args, timeout=CONNECT_SECONDS, **options)
    except Exception as error:
        raise DatabaseOutage(error) from error
