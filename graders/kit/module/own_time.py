"""The time limit of a plain suite's test itself: what it waits for may never come.

A use of the program has limits of its own, see `Session`. But a test may wait where it uses
nothing: for a queue that a callback was to fill, or a thread of its own that waits for a lock.
"""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from graders.kit.kernel.thread_time import main_thread_time
from graders.kit.module.session import Session

# Beyond the wall limit. A coroutine that waits is found at the limit itself, with its line.
MARGIN_SECONDS = 5.0
# A program may be used for this many times the limit, and a little, if it answers each use in time.
# The judge itself has as much for each check, and a second more to start its process.
MOST_TIMES = 2
MOST_BEYOND_SECONDS = 4.0
_LOOK_SECONDS = 0.5


class OwnTime:
    """How long a test has waited or worked itself, but for waits for a processor."""

    def __init__(self, session: Session, wall_seconds: float) -> None:
        self._session, self._seconds = session, wall_seconds + MARGIN_SECONDS
        self._most_seconds = MOST_TIMES * wall_seconds + MOST_BEYOND_SECONDS
        self._start()

    def _start(self) -> None:
        self._began, self._waited = monotonic(), _seconds_waiting()
        self._watched = self._session.watched_seconds

    @contextmanager
    def limited(self) -> Iterator[None]:
        """End the test in the block when its time is over; in the main thread, by a signal.

        Raises:
            ProgramEnded: it is. Raised again if the test still goes on after as much time again.
        """
        before = signal.signal(signal.SIGALRM, self._look)
        signal.setitimer(signal.ITIMER_REAL, min(self._seconds, self._most_seconds))
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _look(self, number: int, frame: Any) -> None:
        passed = monotonic() - self._began - (_seconds_waiting() - self._waited)
        own = passed - (self._session.watched_seconds - self._watched)
        left = min(self._seconds - own, self._most_seconds - passed)
        if left <= 0 and not self._session.is_watched:
            self._start()
            signal.setitimer(signal.ITIMER_REAL, self._seconds)
            self._session.expire()
        # A use in progress has limits of its own; it is the last if they do not end it.
        self._session.is_late = left <= 0
        signal.setitimer(signal.ITIMER_REAL, max(left, _LOOK_SECONDS))


def _seconds_waiting() -> float:
    time = main_thread_time(os.getpid())
    return time.waiting if time else 0.0
