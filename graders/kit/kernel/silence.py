"""Whether a program that was asked something will still answer: told by what it does.

A clock cannot tell it: on a busy machine a program may wait seconds for a processor before it
takes the signal or the frame that asks it.
"""

import asyncio
from collections.abc import Callable

from graders.kit.kernel.look import Activity, Look, is_ending

# Between two looks.
PAUSE_SECONDS = 0.02
# An answer takes it a millisecond.
PROCESSOR_SECONDS = 0.5
# For a program that is stopped, or that we cannot look at.
CLOCK_SECONDS = 20.0


class Silence:
    """The silence of one program since it was asked; made right after asking.

    `look` looks at it now, `spent` tells the seconds its processes had on processors, in all.

    To ask wakes the main thread at once, so a program seen asleep since has taken the question:
    what it has not written by then it is not going to write.
    """

    def __init__(self, pid: int, look: Callable[[], Look], spent: Callable[[], float]) -> None:
        self._pid, self._look, self._spent = pid, look, spent
        self._loop = asyncio.get_running_loop()
        self._began, self._spent_before = self._loop.time(), spent()

    def is_final(self) -> bool:
        """Return whether no answer will come but what is on its way to us.

        True if it sleeps or ends, or has used PROCESSOR_SECONDS, or after CLOCK_SECONDS.
        """
        return (
            is_ending(self._pid)
            or self._look().activity in (Activity.ASLEEP, Activity.TIMER)
            or self._spent() - self._spent_before >= PROCESSOR_SECONDS
            or self._loop.time() - self._began >= CLOCK_SECONDS
        )
