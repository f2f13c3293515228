"""Storing thousands of rows in statements that each end in time."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from server.models import Base

# A statement has some seconds (server/storage/postgresql.py), also on a busy machine.
_ROWS: Final = 250


async def add_in_batches(session: AsyncSession, rows: Sequence[Base]) -> None:
    """Add rows and flush them, some hundreds at a time."""
    for first in range(0, len(rows), _ROWS):
        session.add_all(rows[first : first + _ROWS])
        await session.flush()
