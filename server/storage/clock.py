"""The clock shared by workers on several machines."""

from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession


async def shared_time(session: AsyncSession) -> datetime:
    """Return the time of the database's machine, which for SQLite is this one.

    Leases and pauses are written and compared by it: two workers whose clocks differ by an hour
    would otherwise consider each other's runs lost.
    """
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    moment: datetime | None = await session.scalar(select(func.clock_timestamp()))
    if moment is None:
        raise RuntimeError("the database does not know the time")
    return moment
