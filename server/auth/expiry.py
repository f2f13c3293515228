"""Deletes expired logins, and expired or used sign-in links, every hour."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import structlog

from server.actions import sign_in
from server.storage.database import Database

_EVERY_SECONDS: Final = 3600.0
# On the first start the API runs before the tables exist.
_FIRST_SECONDS: Final = 60.0

_log = structlog.get_logger("semaforo.expiry")


@asynccontextmanager
async def deleting_expired(
    database: Database, every_seconds: float = _EVERY_SECONDS
) -> AsyncIterator[None]:
    """Delete expired rows regularly until the block ends."""
    async with asyncio.TaskGroup() as tasks:
        deleting = tasks.create_task(_delete_regularly(database, every_seconds), name="periodic")
        try:
            yield
        finally:
            deleting.cancel()


async def _delete_regularly(database: Database, every_seconds: float) -> None:
    await asyncio.sleep(min(_FIRST_SECONDS, every_seconds))
    while True:
        try:
            await delete_now(database)
        except Exception as error:  # noqa: BLE001 - whatever the driver raises; the next hour will do
            _log.warning("expired logins not deleted yet", error=str(error))
        await asyncio.sleep(every_seconds)


async def delete_now(database: Database) -> None:
    """Delete expired rows now."""
    async with database.write() as session:
        await sign_in.delete_expired(session, datetime.now(UTC))
        await session.commit()
