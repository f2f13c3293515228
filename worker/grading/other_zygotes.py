"""Zygotes with another interpreter or with the libraries of an exercise: one for each in use.

Started when first needed. There are only a few: one more ends the one that is unused for longest,
or waits until one is. One that stays unused ends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from graders.catalogue.environments import Environment
from worker.grading.pool import Pool
from worker.sandboxes import Zygote

MOST: Final = 4  # each takes some 30 MiB, and what its libraries take
UNUSED_SECONDS: Final = 300.0


class OtherZygotes:
    """The zygotes, made by `open_zygote` for an environment, with a pool each."""

    def __init__(
        self,
        open_zygote: Callable[[Environment], Zygote],
        *,
        most: int = MOST,
        unused_seconds: float = UNUSED_SECONDS,
    ) -> None:
        self._open, self._most, self._unused_seconds = open_zygote, most, unused_seconds
        self._kept: dict[Environment, _OtherZygote] = {}
        self._ending: set[_OtherZygote] = set()
        self._released = asyncio.Event()

    @property
    def environments(self) -> list[Environment]:
        """Those that have a zygote."""
        return list(self._kept)

    @asynccontextmanager
    async def lend(self, environment: Environment) -> AsyncIterator[Pool]:
        """Yield the sandboxes of an environment; all who wait for them share one start.

        Raises:
            SandboxError: the zygote does not start.
        """
        kept = await self._take(environment)
        try:
            yield await asyncio.shield(kept.pool)
        finally:
            self._give_back(environment, kept)

    async def close(self) -> None:
        """End every zygote."""
        for environment in self.environments:
            self._end(environment)
        await asyncio.gather(*(kept.task for kept in self._ending), return_exceptions=True)

    async def _take(self, environment: Environment) -> "_OtherZygote":
        """Return a zygote with one more user, starting it if there is room."""
        while True:
            kept = self._kept.get(environment)
            if kept is not None and kept.task.done():
                del self._kept[environment]
                kept = None
            if kept is None and len(self._kept) < self._most:
                kept = self._kept[environment] = _OtherZygote(self._open(environment))
            if kept is not None:
                kept.users += 1
                return kept
            if unused := [one for one in self._kept if not self._kept[one].users]:
                self._end(min(unused, key=lambda one: self._kept[one].used_at))
            else:
                self._released.clear()
                await self._released.wait()

    def _give_back(self, environment: Environment, kept: "_OtherZygote") -> None:
        loop = asyncio.get_running_loop()
        kept.users -= 1
        kept.used_at = loop.time()
        self._released.set()
        loop.call_later(self._unused_seconds, self._end_if_unused, environment, kept, kept.used_at)

    def _end_if_unused(
        self, environment: Environment, kept: "_OtherZygote", used_at: float
    ) -> None:
        if self._kept.get(environment) is kept and (kept.users, kept.used_at) == (0, used_at):
            self._end(environment)

    def _end(self, environment: Environment) -> None:
        kept = self._kept.pop(environment)
        self._ending.add(kept)
        kept.task.add_done_callback(lambda _: self._ending.discard(kept))
        kept.over.set()


class _OtherZygote:
    """One zygote and the task that keeps it.

    users    Runs that use it or wait for it.
    used_at  When the last of them was over, by the loop's clock.
    """

    def __init__(self, zygote: Zygote) -> None:
        self.users, self.used_at = 0, 0.0
        self.over = asyncio.Event()
        self.pool: asyncio.Future[Pool] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._run(zygote))

    async def _run(self, zygote: Zygote) -> None:
        try:
            async with zygote:
                pool = Pool(zygote)
                self.pool.set_result(pool)
                try:
                    await self.over.wait()
                finally:
                    await pool.close()
        except Exception as error:  # noqa: BLE001 - whoever waits for the pool raises it
            if not self.pool.done():
                self.pool.set_exception(error)
                self.pool.exception()  # retrieved, so that asyncio does not warn if nobody waits
