"""Who may grade beside whom: usually all together, and one alone when nothing else helps.

A run that our busy machine could not decide twice is graded with nothing else in flight.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RunLock:
    """Lets many through together, or one alone; whoever waits to be alone goes next."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._inside = 0
        self._alone = 0

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Hold a place beside others; waits while somebody is, or waits to be, alone."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._alone)
            self._inside += 1
        try:
            yield
        finally:
            await asyncio.shield(self._leave())

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Hold the only place; nobody new comes in while this waits or lasts."""
        async with self._changed:
            self._alone += 1
            self._changed.notify_all()
            try:
                await self._changed.wait_for(lambda: not self._inside)
            except BaseException:
                self._alone -= 1
                self._changed.notify_all()
                raise
            self._inside += 1
        try:
            yield
        finally:
            await asyncio.shield(self._leave(was_alone=True))

    async def wait_until_exclusive_is_wanted(self) -> None:
        """Return once somebody waits to be alone, or is."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._alone)

    async def _leave(self, *, was_alone: bool = False) -> None:
        async with self._changed:
            self._inside -= 1
            self._alone -= was_alone
            self._changed.notify_all()
