"""Bounds the memory of a whole run where no cgroup of ours does, by sampling it from outside.

It samples only while the machine is short of memory, because sampling costs processor time and
nothing is harmed before. A run above its exercise's limit loses its largest checks, as a cgroup
would kill them, before the kernel's OOM killer acts: that one kills the largest process of the
machine and knows no exercise.
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
from worker.inside import linux

from .capacity import available_memory_mib
from .runs import Run

SAMPLE_SECONDS: Final = 0.05
SHORT_MIB: Final = 1024.0  # sample only while less than this is available
_MIB, _PAGE = 1 << 20, os.sysconf("SC_PAGE_SIZE")


class MemoryAccounting:
    """Samples the open runs of one zygote while memory is short."""

    def __init__(self) -> None:
        self._runs: dict[Run, Limits] = {}

    def add(self, run: Run, limits: Limits) -> None:
        """Sample this run from now on, until it is closed."""
        self._runs[run] = limits

    async def keep_sampling(self) -> None:
        """Enforce the limits of all runs, again and again, until cancelled."""
        while True:
            await asyncio.sleep(SAMPLE_SECONDS)
            self._runs = {run: limits for run, limits in self._runs.items() if run.is_open}
            if self._runs and is_memory_short():
                runs = dict(self._runs)
                for run, killed in await asyncio.to_thread(_enforce_limits, runs):
                    run.killed_for_memory += killed


def _enforce_limits(runs: dict[Run, Limits]) -> list[tuple[Run, int]]:
    return [(run, kill_largest_checks(run.starter_pid, limits)) for run, limits in runs.items()]


def is_memory_short() -> bool:
    """Whether so little memory is available that runs must be sampled."""
    return available_memory_mib() < SHORT_MIB


def kill_largest_checks(starter: int, limits: Limits) -> int:
    """Kill a run's largest checks until the others fit its limit; return how many were killed."""
    checks = _checks_of(starter)
    most = limits.memory_mib * _MIB
    # Pages shared after a fork count once per process here, so this is an upper bound, and cheap.
    if sum(_resident_bytes(pid) for pids in checks.values() for pid in pids) <= most:
        return 0
    sizes = {first: sum(map(_proportional_bytes, pids)) for first, pids in checks.items()}
    killed = 0
    for first in sorted(sizes, key=sizes.__getitem__, reverse=True):
        if sum(sizes.values()) <= most:
            break
        sizes.pop(first)
        killed += _kill(first, starter)
    return killed


def _checks_of(starter: int) -> dict[int, list[int]]:
    """Return the processes of each check, by the first process of its pid namespace."""
    members: dict[int, list[int]] = defaultdict(list)
    firsts: dict[int, int] = {}
    for pid, namespace, is_first in _processes_of(starter):
        members[namespace].append(pid)
        if is_first:
            firsts[namespace] = pid
    return {firsts[namespace]: pids for namespace, pids in members.items() if namespace in firsts}


def _processes_of(starter: int) -> Iterator[tuple[int, int, bool]]:
    """Yield each process of a run's checks, its pid namespace, and whether it is pid 1 of that."""
    for pid in linux.descendants_of(starter):
        with suppress(OSError, StopIteration):  # it has just ended
            namespace = Path(f"/proc/{pid}/ns/pid").stat().st_ino
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
            pids = next(line.split()[1:] for line in lines if line.startswith("NSpid:"))
            yield pid, namespace, pids[-1] == "1"


def _resident_bytes(pid: int) -> int:
    with suppress(OSError, IndexError):
        fields = Path(f"/proc/{pid}/statm").read_text().split()
        return (int(fields[1]) - int(fields[2])) * _PAGE
    return 0


def _proportional_bytes(pid: int) -> int:
    """Return its private anonymous memory and its proportional share of the shared (Pss_Anon)."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss_Anon:"):
                return int(line.split()[1]) * 1024
    return 0


def _kill(first: int, starter: int) -> int:
    with suppress(OSError):
        pidfd = os.pidfd_open(first)
        try:
            # The pidfd refers to one process for good, so a pid that has been reused shows here.
            if first in linux.children_of(starter):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                return 1
        finally:
            os.close(pidfd)
    return 0
