"""Admission: how many more runs may start, by the processor time and memory to spare.

No fixed number fits all exercises: runs that mostly sleep can share the machine with many others,
runs that compute with few. So a few runs are always admitted, and more of them only on processor
time that was seen to go unused.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from worker.sandboxes.capacity import available_memory_mib

# Processor time of one run; BENCHMARKS.md. A run that takes more leaves less unused, which the
# next sample shows.
RUN_SECONDS: Final = 0.06
SAMPLE_SECONDS: Final = 0.1
# With less memory available, only the runs that are always admitted may start.
MEMORY_KEPT_MIB: Final = 512
_ALWAYS_PER_PROCESSOR: Final = 2
_TICK: Final = os.sysconf("SC_CLK_TCK")


class Headroom(NamedTuple):
    """What the machine has to spare.

    idle_seconds  Idle time of all processors together since boot.
    memory_mib    Memory available without swapping.
    """

    idle_seconds: float
    memory_mib: float


def read_headroom() -> Headroom:
    """Read the state of the machine from proc(5), and of the cgroups that contain this process."""
    words = Path("/proc/stat").read_text("ascii").partition("\n")[0].split()
    return Headroom((int(words[4]) + int(words[5])) / _TICK, available_memory_mib())


class Admission:
    """How many runs of one worker may be in flight.

    always   Admitted however busy the machine is.
    at_most  The limit, however idle the machine is.
    """

    def __init__(
        self,
        at_most: int,
        *,
        processors: int = len(os.sched_getaffinity(0)),
        look: Callable[[], Headroom] = read_headroom,
    ) -> None:
        self.at_most, self.always = at_most, min(at_most, _ALWAYS_PER_PROCESSOR * processors)
        # The most that is carried over: more would describe a machine that was idle long ago.
        self._most_unused = max(RUN_SECONDS, SAMPLE_SECONDS * processors)
        self._look, self._unused = look, 0.0
        self._last = look()

    def sample(self) -> None:
        """Account for the time since the last sample; called every SAMPLE_SECONDS."""
        now = self._look()
        unused = self._unused + now.idle_seconds - self._last.idle_seconds
        self._unused = 0.0 if now.memory_mib < MEMORY_KEPT_MIB else min(unused, self._most_unused)
        self._last = now

    def room(self, in_flight: int) -> int:
        """Return how many more runs may start, 0 or more, with `in_flight` already running."""
        beyond = int(self._unused / RUN_SECONDS)
        return max(0, min(max(self.always - in_flight, beyond), self.at_most - in_flight))

    def started(self) -> None:
        """Account for one more started run."""
        self._unused = max(0.0, self._unused - RUN_SECONDS)
