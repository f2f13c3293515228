"""A thread pool for passwords: verifying one takes 64 MiB and a tenth of a second by design.

It has two threads of its own, so that neither the event loop nor other threads wait for them, and a
limited queue. Callers hold no database connection while they wait.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from server.errors import BusySigningIn

THREADS: Final = 2
MOST_WAITING: Final = 120
# Fewer than MOST_WAITING, so that one address cannot fill the queue.
MOST_WAITING_EACH: Final = 40
_RETRY_SECONDS: Final = 10

T = TypeVar("T")


class PasswordPool:
    """Runs slow work in threads; addresses take turns, so that a flood mostly delays itself."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._free = asyncio.Semaphore(THREADS)
        # Each address has at most as many entries in the common queue as there are threads.
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(THREADS))
        self._inside: Counter[str] = Counter()

    @property
    def inside(self) -> int:
        """Number of passwords that are being verified or wait for it."""
        return self._inside.total()

    async def run(self, address: str, work: Callable[[], T]) -> T:
        """Return what `work` returns, called in a thread when it is this address's turn.

        Raises:
            BusySigningIn: the queue is full.
        """
        if self.inside >= MOST_WAITING or self._inside[address] >= MOST_WAITING_EACH:
            raise BusySigningIn(_RETRY_SECONDS)
        self._inside[address] += 1
        try:
            async with self._turns[address], self._free:
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._inside[address] -= 1
            if not self._inside[address]:
                del self._inside[address]
                del self._turns[address]

    def close(self) -> None:
        """End the threads after their current work."""
        self._threads.shutdown(cancel_futures=True)
