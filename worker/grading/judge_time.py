"""The time limit of a judge: clock time minus the time it waited for a processor.

A judge mostly sleeps and ends long before its limit. A late one either computed, which the program
may have caused, or waited for a processor, which it did not. The kernel counts both, but a wait
only when it is over: a judge that waits at this moment is not late yet. Until its suite process has
forked it, the wait of that process counts.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from graders.kit.kernel.thread_time import is_running, main_thread_time
from worker.outages import Outage
from worker.sandboxes.own_time import is_stopped

# By the clock alone. Every other limit on a run's time is derived from it: what a judge may ask for
# (judge_request.py) is less, and a job of the queue may take longer (worker/queue/jobs.py).
JUDGE_CLOCK_SECONDS: Final = 550.0
_LOOK_SECONDS: Final = 0.1


class JudgeLimit:
    """The time of one judge.

    judge          Its pid, once it is known; 0 until then.
    suite_process  The pid of the process that forks it.
    seconds        Its time, without waits for a processor.
    """

    def __init__(self, suite_process: int, seconds: float) -> None:
        self.judge = 0
        self._suite_process, self._seconds = suite_process, seconds
        self._waited_before = seconds_waiting_for_cpu(suite_process)
        self._waited_to_begin = 0.0
        self._last_ran: tuple[int, float] | None = None
        self._is_over_by_clock = False
        self._loop = asyncio.get_running_loop()
        self._began = self._loop.time()

    def judge_began(self, pid: int) -> None:
        """Count for the judge from now on; its suite process has forked it."""
        self.judge, self._waited_to_begin = pid, self._seconds_waited_to_begin()

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
        waited = self._waited_to_begin if self.judge else self._seconds_waited_to_begin()
        left = self._seconds - (took - waited - seconds_waiting_for_cpu(self.judge))
        is_late = left <= 0 and self._ran_since_last_look()
        self._is_over_by_clock = not is_late and took >= JUDGE_CLOCK_SECONDS
        if is_late or self._is_over_by_clock:
            limit.reschedule(self._loop.time())
        else:
            if left > 0:  # the next look may be long after this one
                self._last_ran = None
            self._next = self._loop.call_later(max(left, _LOOK_SECONDS), self._look, limit)

    def _seconds_waited_to_begin(self) -> float:
        return seconds_waiting_for_cpu(self._suite_process) - self._waited_before

    def _ran_since_last_look(self) -> bool:
        """Return whether it slept or ran since the last look; not so if it only waits to run."""
        pid = self.judge or self._suite_process
        time = main_thread_time(pid)
        if time is None or not is_running(pid):
            return True
        before, self._last_ran = self._last_ran, (pid, time.running)
        return before is not None and before != self._last_ran


def seconds_waiting_for_cpu(pid: int) -> float:
    """Return how long a process was runnable without a processor, in seconds.

    Of its first thread, without a wait that is not over; 0.0 if it is gone or the kernel does not
    count.
    """
    time = main_thread_time(pid)
    return time.waiting if time else 0.0
