"""The time limit of a judge: clock time minus the time it waited for a processor.

A judge mostly sleeps and ends long before its limit. A late one either computed, which the program
may have caused, or waited for a processor, which it did not. The kernel counts both.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from worker.outages import Outage
from worker.sandboxes.own_time import is_stopped

# By the clock alone. Every other limit on a run's time is derived from it: what a judge may ask for
# (judge_request.py) is less, and a job of the queue may take longer (worker/queue/jobs.py).
JUDGE_CLOCK_SECONDS: Final = 550.0
_LOOK_SECONDS: Final = 0.1


class JudgeLimit:
    """The time of one judge.

    judge  Its pid, once it is known; 0 until then.
    """

    def __init__(self, seconds: float) -> None:
        self.judge = 0
        self._seconds = seconds
        self._is_over_by_clock = False
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Limit the block to the judge's time.

        Raises:
            TimeoutError: the judge has used up its time.
        """
        async with asyncio.timeout(None) as limit:
            self._next = self._loop.call_later(self._seconds, self._look, limit)
            try:
                yield
            finally:
                self._next.cancel()

    @property
    def outage(self) -> Outage:
        """The kind of outage if it is late: the judge's own, or of what kept it from running."""
        could_run = self.judge and not is_stopped(self.judge) and not self._is_over_by_clock
        return Outage.JUDGE if could_run else Outage.SUITE_PROCESS

    def _look(self, limit: asyncio.Timeout) -> None:
        took = self._loop.time() - self._began
        left = self._seconds - (took - seconds_waiting_for_cpu(self.judge))
        self._is_over_by_clock = left > 0 and took >= JUDGE_CLOCK_SECONDS
        if left <= 0 or self._is_over_by_clock:
            limit.reschedule(self._loop.time())
        else:
            self._next = self._loop.call_later(max(left, _LOOK_SECONDS), self._look, limit)


def seconds_waiting_for_cpu(pid: int) -> float:
    """Return how long a process was runnable without a processor, in seconds.

    For its first thread, by /proc/<pid>/schedstat; 0.0 if it is gone or the kernel does not count.
    """
    with suppress(OSError, ValueError, IndexError):
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    return 0.0
