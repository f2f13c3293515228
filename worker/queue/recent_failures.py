"""Whose doing it was: what ended with one run alone, or with others at the same moment.

A judge that dies, or a bug of ours that a run meets, may be the program's doing, and then must not
be tried for ever. If the machine, a suite process or the zygote was in trouble, others met it too.
"""

import asyncio
from collections import deque
from typing import Final

# What meets several runs does so within milliseconds, and is seen by each when it next runs.
MOMENT_SECONDS: Final = 1.0


class RecentFailures:
    """The runs of this worker that could not be graded, of late."""

    def __init__(self, moment_seconds: float = MOMENT_SECONDS) -> None:
        self._moment = moment_seconds
        self._times: deque[float] = deque(maxlen=1000)

    def record(self) -> float:
        """Take note that one has just been given up; returns when, by the loop's clock."""
        self._times.append(asyncio.get_running_loop().time())
        return self._times[-1]

    async def record_and_check_alone(self) -> bool:
        """Take note of one more, wait a moment, and say whether it was the only one."""
        now = self.record()
        await asyncio.sleep(self._moment)
        return sum(abs(time - now) <= self._moment for time in self._times) == 1
