"""Limits on helper processes that count what a process did with its time, not the clock.

A process that waits for a processor or for the disk does nothing wrong: at a load of 45 starting a
suite takes a minute by the clock, and one second of its own. What counts is time on a processor,
and time in which it could have run and did not: asleep, or stopped by a signal.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .runs import wait_readable_within

LOOK_SECONDS: Final = 0.25
_TICK: Final = os.sysconf("SC_CLK_TCK")
_WANTS_TO_RUN: Final = "RD"  # states of proc(5): has or wants a processor; waits for the disk


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a helper process may take.

    own_seconds    On a processor, asleep or stopped, all together.
    clock_seconds  By the clock, whatever it does; many times more.
    """

    own_seconds: float
    clock_seconds: float


class OwnTime:
    """Own time of some processes since this object was made; `pids` finds them at every look."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._worked: dict[int, float] = {}
        self.look(0.0)

    def look(self, elapsed: float) -> float:
        """Return their own time in the `elapsed` seconds since the last look."""
        worked, wants_to_run = 0.0, False
        for pid in self._pids():
            now, wants = _look_at(pid)
            worked += max(0.0, now - self._worked.get(pid, 0.0))
            self._worked[pid] = now
            wants_to_run = wants_to_run or wants
        return min(elapsed, worked) if wants_to_run else elapsed


async def wait_readable_in_own_time(
    fd: int, pids: Callable[[], Iterable[int]], limit: Limit
) -> None:
    """Wait until `fd` can be read, for as long as these processes may still be at it.

    Raises:
        TimeoutError: they have had their time; says how much.
    """
    pause = min(LOOK_SECONDS, limit.own_seconds / 4)
    began = time.monotonic()
    with suppress(TimeoutError):  # what comes at once, as nearly always, costs no look
        return await wait_readable_within(pause, fd)
    own, last, spent = await asyncio.to_thread(OwnTime, pids), time.monotonic(), 0.0
    while True:
        with suppress(TimeoutError):
            return await wait_readable_within(pause, fd)
        now = time.monotonic()
        # A longer gap is time in which this process itself stood still.
        spent += await asyncio.to_thread(own.look, min(now - last, 2 * pause))
        last = now
        if spent >= limit.own_seconds or now - began >= limit.clock_seconds:
            raise TimeoutError(
                f"no answer in {spent:.1f} s of its own time, {now - began:.1f} s by the clock"
            )


def family_of(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found = [pid]
    for member in found:
        found += children_of(member)  # grows while it is walked
    return found


def children_of(pid: int) -> list[int]:
    """Return the children of a process; none if it is gone."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(word) for word in words.split()]
    return []


def is_stopped(pid: int) -> bool:
    """Whether a signal or a debugger keeps this process from running."""
    with suppress(OSError):
        return _fields(f"/proc/{pid}/stat")[0] in "Tt"
    return False


def _look_at(pid: int) -> tuple[float, bool]:
    """Return its seconds on processors so far, and whether one of its threads wants to run."""
    try:
        fields = _fields(f"/proc/{pid}/stat")
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        states = [_fields(f"/proc/{pid}/task/{thread}/stat")[0] for thread in threads]
    except (OSError, IndexError):  # it ends as it is looked at
        return 0.0, False
    seconds = (int(fields[11]) + int(fields[12])) / _TICK
    return seconds, any(state in _WANTS_TO_RUN for state in states)


def _fields(path: str) -> list[str]:
    # The command's name stands in brackets and may hold anything, so count from the last one.
    return Path(path).read_text().rpartition(")")[2].split()
