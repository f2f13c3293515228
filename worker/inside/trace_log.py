"""Events of a traced program on their way to the trusted side, a limited number of them."""

import os
from collections import deque
from typing import Any

from .connection import Connection

# The trusted side accepts no more (graders/trace_reading.py).
MOST_STEPS, MOST_EVENTS = 4000, 5000
_IN_ONE_FRAME = 500


class TraceLog:
    """Collects events; `flush` sends what has been collected.

    Events are added by any thread, also by a destructor in the middle of an addition, so there is
    no lock: a deque's own operations are atomic. A forked child sends nothing.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._waiting: deque[list[Any]] = deque()
        self._added = 0
        self._is_off = self._is_cut = False
        os.register_at_fork(after_in_child=self._turn_off)

    def add(self, *event: Any, cut_at: float | None = None) -> None:
        """Add an event; one with `cut_at`, its moment, only while there is room for its kind.

        The first of those that is left out marks the trace as cut, at that moment.
        """
        is_kept = self._added < (MOST_EVENTS if cut_at is None else MOST_STEPS)
        if is_kept:
            self._added += 1
            self._waiting.append(list(event))
        elif cut_at is not None and not self._is_cut:
            self._is_cut = True
            self._waiting.append(["cut", cut_at])

    def flush(self) -> None:
        """Send all events that are waiting."""
        while self._waiting and not self._is_off:
            batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _IN_ONE_FRAME))]
            self._connection.send({"t": "trace", "events": batch})

    def _turn_off(self) -> None:
        self._is_off = True
