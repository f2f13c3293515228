"""Turns at a database's connections: first come, first served, for as long as others get on.

A thousand requests at once are no outage: the last has to wait until all before it are done, which
may be long on a busy machine. So nobody's patience ends by the clock alone, but when for so long
nobody at all has been served. And that time is counted in small ticks of this very process: while
it was too busy to take an answer, the database was not silent.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, NamedTuple

from sqlalchemy import AsyncAdaptedQueuePool
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.util import await_
from sqlalchemy.util.queue import AsyncAdaptedQueue, Empty

# However well others get on: less than proxies and browsers wait for an answer.
LONGEST_SECONDS: Final = 30.0
_TICK_SECONDS: Final = 0.1


class _Waiting(NamedTuple):
    handed: asyncio.Future[Any]
    since: float


class Turns:
    """Those who wait, in their order, for something that is handed over to them.

    patience_seconds  How long nobody may be served before who waits gives up.
    give_back         Takes what was handed to somebody who was cancelled that very moment.
    """

    def __init__(self, patience_seconds: float, give_back: Callable[[Any], None]) -> None:
        self._patience, self._give_back = patience_seconds, give_back
        self._waiting: deque[_Waiting] = deque()
        # By our own ticks, which only run while somebody waits.
        self._now = self._well_at = 0.0
        self._ticking: asyncio.AbstractEventLoop | None = None

    def went_well(self) -> None:
        """Note that somebody has been served: those who wait may go on waiting."""
        self._well_at = self._now

    async def wait(self) -> tuple[Any, float]:
        """Return what is handed over, and for how long nobody had been served by then.

        Raises:
            TimeoutError: nobody was served for as long as patience lasts, or it took too long.
        """
        loop = asyncio.get_running_loop()
        handed, since = loop.create_future(), self._now
        self._waiting.append(_Waiting(handed, since))
        if self._ticking is not loop:
            self._ticking = loop
            loop.call_later(_TICK_SECONDS, self._tick, loop)
        try:
            return await handed, self._now - max(since, self._well_at)
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled() and handed.exception() is None:
                self._give_back(handed.result())
            raise

    def hand_over(self, what: object) -> bool:
        """Give it to who has waited longest; False if nobody waits."""
        while self._waiting:
            handed = self._waiting.popleft().handed
            if not handed.done():
                handed.set_result(what)
                return True
        return False

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        self._now += _TICK_SECONDS
        while self._waiting and self._is_too_long(self._waiting[0].since):
            handed = self._waiting.popleft().handed
            if not handed.done():
                handed.set_exception(TimeoutError())
        self._ticking = loop if self._waiting else None
        if self._waiting:
            loop.call_later(_TICK_SECONDS, self._tick, loop)

    def _is_too_long(self, since: float) -> bool:
        is_silent = self._now - max(since, self._well_at) >= self._patience
        return is_silent or self._now - since >= LONGEST_SECONDS


class Places:
    """So many may do something at once; others wait for their turn."""

    def __init__(self, count: int, patience_seconds: float) -> None:
        self.turns = Turns(patience_seconds, lambda _: self._leave())
        self._free = count

    @asynccontextmanager
    async def place(self) -> AsyncIterator[float]:
        """Hold a place; gives for how many seconds nobody had been served when it was got.

        Raises:
            sqlalchemy.exc.TimeoutError: as `Turns.wait`; it is that of a pool.
        """
        silent_seconds = 0.0
        if self._free:
            self._free -= 1
        else:
            try:
                _, silent_seconds = await self.turns.wait()
            except TimeoutError as error:
                raise PoolTimeout("no connection has become free") from error
        try:
            yield silent_seconds
        finally:
            self._leave()

    def _leave(self) -> None:
        if not self.turns.hand_over(None):
            self._free += 1


class _ConnectionsInTurn(AsyncAdaptedQueue[Any]):
    """The free connections of a pool; SQLAlchemy's own queue lets who comes later go first."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        super().__init__(maxsize, use_lifo)
        self.turns: Turns | None = None

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block or not self.empty():
            return self.get_nowait()
        if self.turns is None:
            self.turns = Turns(timeout or LONGEST_SECONDS, self.put_nowait)
        try:
            return await_(self.turns.wait())[0]
        except TimeoutError as error:
            raise Empty from error

    def put_nowait(self, item: Any) -> None:
        if self.turns is None or not self.turns.hand_over(item):
            super().put_nowait(item)


class PoolInTurn(AsyncAdaptedQueuePool):
    """A pool whose `timeout` is patience, as `Turns` has it."""

    _queue_class = _ConnectionsInTurn

    def went_well(self) -> None:
        """Note that a connection has been of use."""
        turns = self._pool.turns  # type: ignore[attr-defined]  # the queue above
        if turns is not None:
            turns.went_well()
