"""Tell failures of a single run from failures that several runs met at the same moment.

A judge that dies, or a bug of ours that one run meets, may be caused by the program, and such a run
must not be graded again for ever. A failure of the machine, a suite process or the zygote affects
other runs too.
"""

import asyncio
from collections import deque
from typing import Final

# A shared failure reaches all runs within milliseconds; each notices when its task next runs.
MOMENT_SECONDS: Final = 1.0


class RecentFailures:
    """When runs of this worker recently failed to be graded."""

    def __init__(self, moment_seconds: float = MOMENT_SECONDS) -> None:
        self._moment = moment_seconds
        self._times: deque[float] = deque(maxlen=1000)

    def record(self) -> float:
        """Record a failure; return its time by the loop's clock."""
        self._times.append(asyncio.get_running_loop().time())
        return self._times[-1]

    async def record_and_check_alone(self) -> bool:
        """Record a failure, wait a moment, and return whether no other run failed meanwhile."""
        now = self.record()
        await asyncio.sleep(self._moment)
        return sum(abs(time - now) <= self._moment for time in self._times) == 1
