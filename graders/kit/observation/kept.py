"""For how long our machine kept a program from running, where that may matter to it."""

from collections.abc import Callable

# Its own threads and processes may have had the processors, which is no doing of ours; in less
# than this that is not asked, for it costs more looks.
SHORT_SECONDS = 0.1


class StallTracker:
    """Since `begin`: what it waited for a processor, and was stopped.

    A program that wants a processor every millisecond waits a little each time, which adds up in
    a long call and harms no time-out of its own. So what counts is also how far it fell behind one
    that runs at half the clock's speed.
    """

    def __init__(self) -> None:
        self._began = self._looked = self._delay = self._stopped = self._behind = self._most = 0.0

    def begin(self, now: float, delay: float) -> None:
        """Start anew; `delay` is what it has waited for a processor up to now, in all."""
        self._began, self._looked, self._delay = delay, now, delay
        self._stopped = self._behind = self._most = 0.0

    def note(self, now: float, delay: float, stopped: float) -> None:
        """Add what has been seen by now; `stopped` is how long it may have been stopped, in all."""
        kept = delay - self._delay + stopped - self._stopped
        self._behind = max(0.0, self._behind + kept - (now - self._looked) / 2)
        self._most = max(self._most, self._behind)
        self._looked, self._delay, self._stopped = now, delay, stopped

    def seconds(self, spent: Callable[[], float]) -> float:
        """Return how long it was kept, at most twice as long as it ever fell behind.

        `spent` tells the time that all its processes had on processors since `begin`.
        """
        delay = self._delay - self._began
        if delay > SHORT_SECONDS:
            delay = max(0.0, delay - spent())
        return min(delay + self._stopped, 2 * self._most)
