"""For how long a program computed without an iteration of its event loop, as the kernel tells.

A program found at work is sent a ping now and then, which its event loop answers in its next
iteration. What its main thread spends on a processor until then, it spends in one go. Time in which
it waits for a processor is none of that, so a busy machine convicts nobody.
"""

from graders.kit.kernel.thread_time import ThreadTime

# In one go, by the kernel's account. Sorting 100,000 numbers takes a third of it.
BUSY_SECONDS = 0.15
# Where a check has a network. Each client of httpx reads the system's certificates: 35 ms, and as
# many clients as there are requests are right, if wasteful.
BUSY_WITH_NETWORK_SECONDS = 0.5
# Who computed less is not doubted either, however long it waited for a processor meanwhile.
DOUBT_SECONDS = 0.05
# Between the answer to a ping and the next one.
PAUSE_SECONDS = 0.03


def busy_limit(slowness: float, *, network: bool) -> float:
    """Return how long is too long, in seconds of processor, on a machine so many times slower."""
    return (BUSY_WITH_NETWORK_SECONDS if network else BUSY_SECONDS) * slowness


class Busy:
    """Over all calls of a check.

    limit       How long is too long, in seconds of processor.
    seconds     The longest that the main thread certainly computed in one go.
    possible    The longest that it may have: the time it waited for a processor included.
    unanswered  Number of the ping that has not been answered; None if there is none.
    """

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self.seconds = self.possible = 0.0
        self.unanswered: int | None = None
        self._last = 0
        self._answered_at = 0.0
        self._before = ThreadTime(0.0, 0.0)

    def is_due(self, now: float) -> bool:
        """Return whether a program at work is to be sent a ping."""
        return self.unanswered is None and now - self._answered_at >= PAUSE_SECONDS

    def next_number(self) -> int:
        """Return a number for a ping, which no earlier one had."""
        self._last += 1
        return self._last

    def begin(self, number: int, before: ThreadTime) -> None:
        """Note that a ping was sent; `before` is what the main thread had spent after that."""
        self.unanswered, self._before = number, before

    def note(self, spent: ThreadTime) -> bool:
        """Note what it has spent by now, unanswered; True if it keeps its loop busy too long."""
        seconds = spent.running - self._before.running
        self.seconds = max(self.seconds, seconds)
        if seconds >= DOUBT_SECONDS:
            self.possible = max(self.possible, seconds + spent.waiting - self._before.waiting)
        return seconds >= self.limit

    def end(self, now: float, number: object) -> None:
        """Note that a ping was answered, if it is the last one."""
        if number == self.unanswered:
            self.unanswered, self._answered_at = None, now

    def drop(self) -> None:
        """Wait for no answer any more: a new call begins."""
        self.unanswered = None
