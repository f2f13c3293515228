"""How many more runs may start: as many as the machine has time and memory to spare for.

A count alone fits no exercise: a run that mostly sleeps wants many beside it, one that computes
wants few. So beyond a few that always may, a run starts on processor time that went unused.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from worker.sandboxes.capacity import available_memory_mib

# Of the processors' time, for a run; BENCHMARKS.md. Who takes more leaves less unused, and the
# next look finds that.
RUN_SECONDS: Final = 0.06
LOOK_SECONDS: Final = 0.1
# With less than this free, only the few that always may.
MEMORY_KEPT_MIB: Final = 512
_ALWAYS_PER_PROCESSOR: Final = 2
_TICK: Final = os.sysconf("SC_CLK_TCK")


class Headroom(NamedTuple):
    """What the machine has to spare.

    idle_seconds  Of all its processors together, since it started; it only grows.
    memory_mib    That can be had without swapping.
    """

    idle_seconds: float
    memory_mib: float


def read_headroom() -> Headroom:
    """Read what the kernel says of the whole machine (proc(5)), and of the cgroups around us."""
    words = Path("/proc/stat").read_text("ascii").partition("\n")[0].split()
    return Headroom((int(words[4]) + int(words[5])) / _TICK, available_memory_mib())


class Admission:
    """The runs of one worker: how many it has room for.

    always   May be in flight whatever the machine is doing.
    at_most  Never more than this, however idle it is.
    """

    def __init__(
        self,
        at_most: int,
        *,
        processors: int = len(os.sched_getaffinity(0)),
        look: Callable[[], Headroom] = read_headroom,
    ) -> None:
        self.at_most, self.always = at_most, min(at_most, _ALWAYS_PER_PROCESSOR * processors)
        # What a look may find unused; more would be a memory of quieter times.
        self._most_unused = max(RUN_SECONDS, LOOK_SECONDS * processors)
        self._look, self._unused = look, 0.0
        self._last = look()

    def look(self) -> None:
        """Take account of the time since the last look; to be called every LOOK_SECONDS."""
        now = self._look()
        unused = self._unused + now.idle_seconds - self._last.idle_seconds
        self._unused = 0.0 if now.memory_mib < MEMORY_KEPT_MIB else min(unused, self._most_unused)
        self._last = now

    def room(self, in_flight: int) -> int:
        """Return how many more may start, 0 or more, with so many in flight."""
        beyond = int(self._unused / RUN_SECONDS)
        return max(0, min(max(self.always - in_flight, beyond), self.at_most - in_flight))

    def started(self) -> None:
        """Take note that one more has started."""
        self._unused = max(0.0, self._unused - RUN_SECONDS)
