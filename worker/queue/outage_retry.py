"""A database that is away, for a worker that has something to tell it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from server.storage.outage import is_outage

_LOOK_AGAIN_SECONDS: Final = 0.5

T = TypeVar("T")


async def retry_during_outage(ask: Callable[[], Awaitable[T]], *, seconds: float) -> T:
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
            if is_over or not is_outage(error):
                raise
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
