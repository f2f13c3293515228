"""A database that is away, for a worker that has something to tell it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_LOOK_AGAIN_SECONDS: Final = 0.5

T = TypeVar("T")


def is_database_away(error: BaseException) -> bool:
    """Whether the database cannot be asked now, as against a question that is wrong."""
    known = (
        OSError,
        OperationalError,
        InterfaceError,
        PoolTimeoutError,
        # While it connects, the driver's own errors come through as they are.
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    )
    return isinstance(error, known) or type(error) is DBAPIError


async def when_back(ask: Callable[[], Awaitable[T]], *, seconds: float) -> T:
    """Ask the database, again and again while it is away; after so long raise its error.

    `ask` opens a session of its own each time; what it changes is decided by a WHERE, so that a
    commit whose answer was lost may be repeated.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await ask()
        except Exception as error:
            is_over = asyncio.get_running_loop().time() > deadline
            if is_over or not is_database_away(error):
                raise
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
