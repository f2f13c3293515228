"""Repeat a database operation while the database is unavailable."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from server.storage.outage import is_outage

_RETRY_SECONDS: Final = 0.5

T = TypeVar("T")


async def retry_during_outage(operation: Callable[[], Awaitable[T]], *, seconds: float) -> T:
    """Call `operation` until the database answers; raise its error after `seconds`.

    `operation` opens its own session each time and changes rows by a statement whose WHERE decides,
    so a commit whose answer was lost may safely be repeated.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await operation()
        except Exception as error:
            is_over = asyncio.get_running_loop().time() > deadline
            if is_over or not is_outage(error):
                raise
        await asyncio.sleep(_RETRY_SECONDS)
