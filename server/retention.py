"""Applies retention: once a day by the server, and by `semaforo retention --yes`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.actions import retention
from server.actions.retention import CourseDue, Policy
from server.storage.clock import shared_time
from server.storage.database import Database

_EVERY_SECONDS: Final = 24 * 3600.0
# A server that has just started has more urgent work.
_FIRST_SECONDS: Final = 600.0
# Between two parts others write: SQLite has one writer.
_PAUSE_SECONDS: Final = 0.02
# Of each kind; the rest follows on the next day. Of a course's submissions that is a million.
_MOST_PARTS: Final = 5000

_log = structlog.get_logger("semaforo.retention")


@dataclass(slots=True)
class Removed:
    """How much was removed."""

    submissions: int = 0
    log_entries: int = 0
    news: int = 0


@asynccontextmanager
async def applying_retention(
    database: Database, policy: Policy, *, first_seconds: float = _FIRST_SECONDS
) -> AsyncIterator[asyncio.Event]:
    """Apply the policy once a day until the block ends, if it says to remove anything.

    Gives an event that is set once that was done, or could not be.
    """
    tried = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        applying = None
        if policy.is_on:
            applying = tasks.create_task(_apply_daily(database, policy, first_seconds, tried))
        try:
            yield tried
        finally:
            if applying is not None:
                applying.cancel()


async def _apply_daily(
    database: Database, policy: Policy, first_seconds: float, tried: asyncio.Event
) -> None:
    await asyncio.sleep(first_seconds)
    while True:
        try:
            async with database.read() as session:
                now = await shared_time(session)
            removed = await apply(database, policy, now)
            _log.info(
                "retention applied",
                submissions=removed.submissions,
                log_entries=removed.log_entries,
                news=removed.news,
            )
        except Exception as error:  # noqa: BLE001 - whatever the driver raises; the next day will do
            _log.warning("retention not applied", error=str(error))
        tried.set()
        await asyncio.sleep(_EVERY_SECONDS)


async def apply(database: Database, policy: Policy, now: datetime) -> Removed:
    """Remove what is due, part by part, each committed by itself; safe to call at any time."""
    async with database.read() as session:
        due = await retention.measure(session, None, policy, now)
    removed = Removed()
    for course in due.courses:
        removed.submissions += await _remove_files(database, course, policy, now)
    removed.log_entries = await _remove(database, retention.remove_log, policy, now)
    removed.news = await _remove(database, retention.remove_news, policy, now)
    return removed


async def _remove_files(
    database: Database, course: CourseDue, policy: Policy, now: datetime
) -> int:
    total, after = 0, None
    for _ in range(_MOST_PARTS):
        async with database.write() as session:
            count, after = await retention.remove_files(session, course, policy, now, after=after)
            await session.commit()
        total += count
        if after is None:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    return total


async def _remove(
    database: Database,
    remove_some: Callable[[AsyncSession, Policy, datetime], Awaitable[int]],
    policy: Policy,
    now: datetime,
) -> int:
    total = 0
    for _ in range(_MOST_PARTS):
        async with database.write() as session:
            count = await remove_some(session, policy, now)
            await session.commit()
        total += count
        if not count:
            break
        await asyncio.sleep(_PAUSE_SECONDS)
    return total
