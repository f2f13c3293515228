"""Limits on helper processes that count own time instead of the clock.

Own time is time on a processor, and time in which the process did not want to run: asleep, or
stopped by a signal. Waiting for a processor or for the disk does not count, because it is no fault
of the process: at a load of 45, starting a suite takes a minute by the clock and one second of own
time.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from worker.inside import linux

from .runs import wait_readable_within

SAMPLE_SECONDS: Final = 0.25
_TICK: Final = os.sysconf("SC_CLK_TCK")
_WANTS_TO_RUN: Final = "RD"  # states of proc(5): runnable; waiting for the disk


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a helper process may take.

    own_seconds    Own time, in seconds.
    clock_seconds  Seconds by the clock, whatever it does; many times more.
    """

    own_seconds: float
    clock_seconds: float


class OwnTime:
    """Own time of some processes since this object was made; `pids` lists them at every sample."""

    def __init__(self, pids: Callable[[], Iterable[int]]) -> None:
        self._pids = pids
        self._worked: dict[int, float] = {}
        self.sample(0.0)

    def sample(self, elapsed: float) -> float:
        """Return their own time in the `elapsed` seconds since the last sample."""
        worked, wants_to_run = 0.0, False
        for pid in self._pids():
            now, wants = _sample(pid)
            worked += max(0.0, now - self._worked.get(pid, 0.0))
            self._worked[pid] = now
            wants_to_run = wants_to_run or wants
        return min(elapsed, worked) if wants_to_run else elapsed


async def wait_readable_in_own_time(
    fd: int, pids: Callable[[], Iterable[int]], limit: Limit
) -> None:
    """Wait until `fd` can be read, for as long as these processes may still be at it.

    Raises:
        TimeoutError: they have used up the limit; the message says how much.
    """
    pause = min(SAMPLE_SECONDS, limit.own_seconds / 4)
    began = time.monotonic()
    with suppress(TimeoutError):  # a prompt answer, nearly always, costs no sample
        return await wait_readable_within(pause, fd)
    own, last, spent = await asyncio.to_thread(OwnTime, pids), time.monotonic(), 0.0
    while True:
        with suppress(TimeoutError):
            return await wait_readable_within(pause, fd)
        now = time.monotonic()
        # A longer gap is time in which this process itself did not run.
        spent += await asyncio.to_thread(own.sample, min(now - last, 2 * pause))
        last = now
        if spent >= limit.own_seconds or now - began >= limit.clock_seconds:
            raise TimeoutError(
                f"no answer in {spent:.1f} s of its own time, {now - began:.1f} s by the clock"
            )


def family_of(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    return [pid, *linux.descendants_of(pid)]


def is_stopped(pid: int) -> bool:
    """Whether a signal or a debugger keeps this process from running."""
    with suppress(OSError):
        return _fields(f"/proc/{pid}/stat")[0] in "Tt"
    return False


def _sample(pid: int) -> tuple[float, bool]:
    """Return its seconds on processors so far, and whether one of its threads wants to run."""
    try:
        fields = _fields(f"/proc/{pid}/stat")
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208
        states = [_fields(f"/proc/{pid}/task/{thread}/stat")[0] for thread in threads]
    except (OSError, IndexError):  # it has just ended
        return 0.0, False
    seconds = (int(fields[11]) + int(fields[12])) / _TICK
    return seconds, any(state in _WANTS_TO_RUN for state in states)


def _fields(path: str) -> list[str]:
    # The command's name is in parentheses and may contain any character: split at the last one.
    return Path(path).read_text().rpartition(")")[2].split()
