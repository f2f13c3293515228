"""The memory of a whole run, where no cgroup of ours bounds it: weighed from outside.

Only while memory is short, since weighing costs and nobody is harmed before. A run that has more
than its exercise allows loses its heaviest checks, as a cgroup would end them, before the kernel
looks for somebody to end: it would take whoever is largest, and know no exercise.
"""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from graders.limits import Limits

from .capacity import available_memory_mib
from .own_time import children_of, family_of
from .runs import Run

WEIGH_SECONDS: Final = 0.05
SHORT_MIB: Final = 1024.0  # of memory that can be had; with more, nobody is weighed
_MIB, _PAGE = 1 << 20, os.sysconf("SC_PAGE_SIZE")


class Scales:
    """The open runs of one zygote, weighed every moment while memory is short."""

    def __init__(self) -> None:
        self._runs: dict[Run, Limits] = {}

    def add(self, run: Run, limits: Limits) -> None:
        """Weigh this run from now on, until it is closed."""
        self._runs[run] = limits

    async def keep_weighing(self) -> None:
        """Weigh them all, again and again, until cancelled."""
        while True:
            await asyncio.sleep(WEIGH_SECONDS)
            self._runs = {run: limits for run, limits in self._runs.items() if run.is_open}
            if self._runs and is_memory_short():
                runs = dict(self._runs)
                for run, ended in await asyncio.to_thread(_weigh, runs):
                    run.ended_for_memory += ended


def _weigh(runs: dict[Run, Limits]) -> list[tuple[Run, int]]:
    return [(run, end_the_heaviest(run.starter_pid, limits)) for run, limits in runs.items()]


def is_memory_short() -> bool:
    """Whether it is time to weigh."""
    return available_memory_mib() < SHORT_MIB


def end_the_heaviest(starter: int, limits: Limits) -> int:
    """End the heaviest checks of a run until the rest has what it may; return how many."""
    checks = _checks_of(starter)
    most = limits.memory_mib * _MIB
    # What was forked and not yet written to is counted for each process here, so that this is the
    # most they can have, and cheap.
    if sum(_resident(pid) for pids in checks.values() for pid in pids) <= most:
        return 0
    weights = {first: sum(map(_own, pids)) for first, pids in checks.items()}
    ended = 0
    for first in sorted(weights, key=weights.__getitem__, reverse=True):
        if sum(weights.values()) <= most:
            break
        weights.pop(first)
        ended += _end(first, starter)
    return ended


def _checks_of(starter: int) -> dict[int, list[int]]:
    """Return the processes of each check, by the first process of its pid namespace."""
    members: dict[int, list[int]] = defaultdict(list)
    firsts: dict[int, int] = {}
    for pid, home, is_first in _seen_below(starter):
        members[home].append(pid)
        if is_first:
            firsts[home] = pid
    return {firsts[home]: pids for home, pids in members.items() if home in firsts}


def _seen_below(starter: int) -> Iterator[tuple[int, int, bool]]:
    """Yield each process of a run's checks, its pid namespace, and if it is the first there."""
    for pid in family_of(starter)[1:]:
        with suppress(OSError, StopIteration):  # it has just ended
            home = Path(f"/proc/{pid}/ns/pid").stat().st_ino
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            names = next(line.split()[1:] for line in lines if line.startswith("NSpid:"))
            yield pid, home, names[-1] == "1"


def _resident(pid: int) -> int:
    with suppress(OSError, IndexError):
        words = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(words[1]) - int(words[2])) * _PAGE
    return 0


def _own(pid: int) -> int:
    """Return its own memory in bytes, and its share of what it has in common with others."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    return 0


def _end(first: int, starter: int) -> int:
    with suppress(OSError):
        pidfd = os.pidfd_open(first)
        try:
            # The descriptor means one process for good, so that this answer holds for what follows.
            if first in children_of(starter):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                return 1
        finally:
            os.close(pidfd)
    return 0
