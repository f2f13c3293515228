"""How much time a program certainly had for itself, and for how long our machine stalled it.

Only a program's own time counts against it. It is added up from evidence, never subtracted from
the clock: time on a processor, and time in which it was seen to sleep of its own accord. Waiting
for a processor, being stopped and not being observed cost it nothing. (Subtracting the host's delay
from the clock is not enough: the kernel adds a wait for a processor to `schedstat` only when the
wait is over.)
"""

from collections.abc import Callable

from graders.kit.kernel.look import Look

# Longer than the longest pause between looks, and short enough that little can happen in it.
UNSEEN_SECONDS = 0.25
# A longer delay may be caused by the program's own threads and processes, which is not our doing.
# Below this it is not worth the reads of /proc to find out.
SHORT_SECONDS = 0.1


class OwnTime:
    """Seconds since `begin` in which a program certainly slept of its own accord."""

    def __init__(self) -> None:
        self.asleep = 0.0
        self._looked = self._delay = 0.0
        self._last: Look | None = None

    def begin(self, now: float, delay: float) -> None:
        """Start anew; `delay` is how long it has waited for a processor so far, in total."""
        self.asleep = 0.0
        self._looked, self._delay, self._last = now, delay, None

    def note(self, now: float, look: Look, delay: float) -> None:
        """Add what a look has shown.

        A program asleep in the last look and in this one slept in between, except for the time it
        worked, which is counted elsewhere, and the time it waited for a processor.
        """
        gap, waited = now - self._looked, delay - self._delay
        before, self._last = self._last, look
        self._looked, self._delay = now, delay
        if before is None or before.signature is None or look.signature is None:
            return
        if look.signature == before.signature:
            self.asleep += gap
        elif gap <= UNSEEN_SECONDS:
            self.asleep += max(0.0, gap - waited)


class StallTracker:
    """For how long our machine kept a program from running since `begin`: delayed or stopped.

    A program that wants a processor every millisecond waits a little each time. In a long call
    these waits add up, but they cannot trigger a time-out of the program's own. The stall is
    therefore limited by how far the program fell behind one that runs at half the clock's speed.
    """

    def __init__(self) -> None:
        self._began = self._looked = self._delay = self._stopped = self._behind = self._most = 0.0

    def begin(self, now: float, delay: float) -> None:
        """Start anew; `delay` is how long it has waited for a processor so far, in total."""
        self._began, self._looked, self._delay = delay, now, delay
        self._stopped = self._behind = self._most = 0.0

    def note(self, now: float, delay: float, stopped: float) -> None:
        """Add what is known by now; `stopped` is how long it may have been stopped, in total."""
        stalled = delay - self._delay + stopped - self._stopped
        self._behind = max(0.0, self._behind + stalled - (now - self._looked) / 2)
        self._most = max(self._most, self._behind)
        self._looked, self._delay, self._stopped = now, delay, stopped

    def seconds(self, spent: Callable[[], float]) -> float:
        """Return how long it was stalled, at most twice as long as it ever fell behind.

        `spent` returns the processor time of all its processes since `begin`, in seconds.
        """
        delay = self._delay - self._began
        if delay > SHORT_SECONDS:
            delay = max(0.0, delay - spent())
        return min(delay + self._stopped, 2 * self._most)
