"""Zygotes that have the libraries of an exercise, one for each set of libraries in use.

Started when first needed. There are only a few: one more ends the one that is unused for longest,
or waits until one is. One that stays unused ends.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from worker.grading.pool import Pool
from worker.sandboxes import Zygote

MOST: Final = 4  # each takes some 30 MiB, and what its libraries take
UNUSED_SECONDS: Final = 300.0


class LibraryZygotes:
    """The zygotes, made by `open_zygote` for a folder of libraries, with a pool each."""

    def __init__(
        self,
        open_zygote: Callable[[Path], Zygote],
        *,
        most: int = MOST,
        unused_seconds: float = UNUSED_SECONDS,
    ) -> None:
        self._open, self._most, self._unused_seconds = open_zygote, most, unused_seconds
        self._kept: dict[Path, _LibraryZygote] = {}
        self._ending: set[_LibraryZygote] = set()
        self._released = asyncio.Event()

    @property
    def folders(self) -> list[Path]:
        """The folders of libraries that have a zygote."""
        return list(self._kept)

    @asynccontextmanager
    async def lend(self, libraries: Path) -> AsyncIterator[Pool]:
        """Yield the sandboxes with these libraries; all who wait for them share one start.

        Raises:
            SandboxError: the zygote does not start.
        """
        kept = await self._take(libraries)
        try:
            yield await asyncio.shield(kept.pool)
        finally:
            self._give_back(libraries, kept)

    async def close(self) -> None:
        """End every zygote."""
        for libraries in self.folders:
            self._end(libraries)
        await asyncio.gather(*(kept.task for kept in self._ending), return_exceptions=True)

    async def _take(self, libraries: Path) -> "_LibraryZygote":
        """Return a zygote with one more user, starting it if there is room."""
        while True:
            kept = self._kept.get(libraries)
            if kept is not None and kept.task.done():
                del self._kept[libraries]
                kept = None
            if kept is None and len(self._kept) < self._most:
                kept = self._kept[libraries] = _LibraryZygote(self._open(libraries))
            if kept is not None:
                kept.users += 1
                return kept
            if unused := [folder for folder, one in self._kept.items() if not one.users]:
                self._end(min(unused, key=lambda folder: self._kept[folder].used_at))
            else:
                self._released.clear()
                await self._released.wait()

    def _give_back(self, libraries: Path, kept: "_LibraryZygote") -> None:
        loop = asyncio.get_running_loop()
        kept.users -= 1
        kept.used_at = loop.time()
        self._released.set()
        loop.call_later(self._unused_seconds, self._end_if_unused, libraries, kept, kept.used_at)

    def _end_if_unused(self, libraries: Path, kept: "_LibraryZygote", used_at: float) -> None:
        if self._kept.get(libraries) is kept and (kept.users, kept.used_at) == (0, used_at):
            self._end(libraries)

    def _end(self, libraries: Path) -> None:
        kept = self._kept.pop(libraries)
        self._ending.add(kept)
        kept.task.add_done_callback(lambda _: self._ending.discard(kept))
        kept.over.set()


class _LibraryZygote:
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
