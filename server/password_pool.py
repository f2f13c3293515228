"""Threads for passwords: checking one takes 64 MiB and a tenth of a second, on purpose.

Two threads of its own, so that neither the event loop nor what else runs in threads waits for
them, and a limited number who wait. Nobody waits in here with a database connection in hand.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from server.errors import BusySigningIn

THREADS: Final = 2
MOST_WAITING: Final = 120
# Less than all of them: one address cannot take every place.
MOST_WAITING_EACH: Final = 40
_RETRY_SECONDS: Final = 10

T = TypeVar("T")


class PasswordPool:
    """Runs what is slow on purpose; addresses take turns, so that a flood delays itself most."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="passwords")
        self._free = asyncio.Semaphore(THREADS)
        # Of each address no more are in the common queue than there are threads.
        self._turns: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(THREADS))
        self._inside: Counter[str] = Counter()

    @property
    def inside(self) -> int:
        """How many are being checked or wait for that."""
        return self._inside.total()

    async def run(self, address: str, work: Callable[[], T]) -> T:
        """Return what `work` returns, called in a thread when it is this address's turn.

        Raises:
            BusySigningIn: too many are waiting.
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
        """End the threads; what they are at is waited for."""
        self._threads.shutdown(cancel_futures=True)
