"""Waiting for database connections: first come, first served, as long as others make progress.

A thousand concurrent requests are no outage: the last one waits until all before it are done, which
can take long on a busy machine. So a request does not give up after a fixed time, but when no other
request has been served for some time. That time is counted in small ticks of this process: while
the process was too busy to receive an answer, the database was not silent.
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

# Even if others make progress: shorter than the time-outs of proxies and browsers.
MAX_WAIT_SECONDS: Final = 30.0
_TICK_SECONDS: Final = 0.1


class _Waiting(NamedTuple):
    handed: asyncio.Future[Any]
    since: float


class WaitQueue:
    """A FIFO queue of tasks that wait for an item to be handed over.

    stall_seconds  Time without any progress after which waiting tasks give up.
    give_back      Takes back an item that was handed to a task cancelled at that moment.
    """

    def __init__(self, stall_seconds: float, give_back: Callable[[Any], None]) -> None:
        self._stall_seconds, self._give_back = stall_seconds, give_back
        self._waiting: deque[_Waiting] = deque()
        # Counted in our own ticks, which only run while tasks wait.
        self._now = self._progress_at = 0.0
        self._ticking: asyncio.AbstractEventLoop | None = None

    def note_progress(self) -> None:
        """Record progress: a request has been served, so waiting tasks keep waiting."""
        self._progress_at = self._now

    async def wait(self) -> tuple[Any, float]:
        """Return the item, and the seconds without progress until then.

        Raises:
            TimeoutError: no progress for `stall_seconds`, or MAX_WAIT_SECONDS are over.
        """
        loop = asyncio.get_running_loop()
        handed, since = loop.create_future(), self._now
        self._waiting.append(_Waiting(handed, since))
        if self._ticking is not loop:
            self._ticking = loop
            loop.call_later(_TICK_SECONDS, self._tick, loop)
        try:
            return await handed, self._now - max(since, self._progress_at)
        except asyncio.CancelledError:
            if handed.done() and not handed.cancelled() and handed.exception() is None:
                self._give_back(handed.result())
            raise

    def hand_over(self, what: object) -> bool:
        """Hand an item to the task that has waited longest; False if no task waits."""
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
        is_silent = self._now - max(since, self._progress_at) >= self._stall_seconds
        return is_silent or self._now - since >= MAX_WAIT_SECONDS


class FairSemaphore:
    """A semaphore whose waiting tasks are served in order."""

    def __init__(self, count: int, stall_seconds: float) -> None:
        self.waiters = WaitQueue(stall_seconds, lambda _: self._leave())
        self._free = count

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[float]:
        """Hold a slot; yields the seconds without progress before it was acquired.

        Raises:
            sqlalchemy.exc.TimeoutError: as `WaitQueue.wait`, with the type that pools raise.
        """
        silent_seconds = 0.0
        if self._free:
            self._free -= 1
        else:
            try:
                _, silent_seconds = await self.waiters.wait()
            except TimeoutError as error:
                raise PoolTimeout("no connection has become free") from error
        try:
            yield silent_seconds
        finally:
            self._leave()

    def _leave(self) -> None:
        if not self.waiters.hand_over(None):
            self._free += 1


class _FairConnections(AsyncAdaptedQueue[Any]):
    """Free connections of a pool, in order; SQLAlchemy's own queue lets later callers overtake."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        super().__init__(maxsize, use_lifo)
        self.waiters: WaitQueue | None = None

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block or not self.empty():
            return self.get_nowait()
        if self.waiters is None:
            self.waiters = WaitQueue(timeout or MAX_WAIT_SECONDS, self.put_nowait)
        try:
            return await_(self.waiters.wait())[0]
        except TimeoutError as error:
            raise Empty from error

    def put_nowait(self, item: Any) -> None:
        if self.waiters is None or not self.waiters.hand_over(item):
            super().put_nowait(item)


class FairPool(AsyncAdaptedQueuePool):
    """A pool whose `timeout` is the `stall_seconds` of a `WaitQueue`."""

    _queue_class = _FairConnections

    def note_progress(self) -> None:
        """Record progress: a connection has served a request."""
        waiters = self._pool.waiters  # type: ignore[attr-defined]  # the queue above
        if waiters is not None:
            waiters.note_progress()
