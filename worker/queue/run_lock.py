"""A shared and exclusive lock for grading runs.

Usually runs share it. A run that a busy machine could not decide twice holds it exclusively, so
that nothing else is in flight.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class RunLock:
    """A readers-writer lock that prefers the exclusive holder: it goes before new shared ones."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._holders = 0
        self._exclusive = 0

    @asynccontextmanager
    async def shared(self) -> AsyncIterator[None]:
        """Share the lock; wait while it is held exclusively or somebody waits for that."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._exclusive)
            self._holders += 1
        try:
            yield
        finally:
            await asyncio.shield(self._release())

    @asynccontextmanager
    async def exclusive(self) -> AsyncIterator[None]:
        """Hold the lock exclusively; no new shared holder enters while this waits or lasts."""
        async with self._changed:
            self._exclusive += 1
            self._changed.notify_all()
            try:
                await self._changed.wait_for(lambda: not self._holders)
            except BaseException:
                self._exclusive -= 1
                self._changed.notify_all()
                raise
            self._holders += 1
        try:
            yield
        finally:
            await asyncio.shield(self._release(was_exclusive=True))

    async def wait_until_exclusive_is_wanted(self) -> None:
        """Return once an exclusive holder waits, or holds the lock."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._exclusive)

    async def _release(self, *, was_exclusive: bool = False) -> None:
        async with self._changed:
            self._holders -= 1
            self._exclusive -= was_exclusive
            self._changed.notify_all()
