"""Stress the machine: programs that occupy processors, and runs stopped at random.

Everything here is bounded: hogs end with the block, with this process, or after an hour; a stopped
process is continued within half a second. Only descendants of this process are ever stopped.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from random import Random
from typing import Final

from graders.kit.kernel.children import list_children

PROCESSORS: Final = len(os.sched_getaffinity(0))
HOG_SECONDS: Final = 3600
BETWEEN_FREEZES_SECONDS: Final = (0.01, 0.06)
FROZEN_SECONDS: Final = (0.02, 0.4)
# Every other hog works in bursts: a scheduler adapts to steady load.
_HOG: Final = """
import os, random, sys, time
parent, end, steady = int(sys.argv[1]), time.monotonic() + float(sys.argv[2]), sys.argv[3] == "1"
while time.monotonic() < end and os.getppid() == parent:
    burst = time.monotonic() + random.uniform(0.005, 0.2)
    while time.monotonic() < burst:
        pass
    if not steady:
        time.sleep(random.uniform(0.001, 0.1))
"""


@asynccontextmanager
async def nothing() -> AsyncIterator[None]:
    """Leave the machine as it is."""
    yield


@asynccontextmanager
async def hogs(count: int = 4 * PROCESSORS) -> AsyncIterator[list[int]]:
    """Keep that many programs on the processors; gives their pids."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        # One by one into the list: all are ended, even if the next one cannot be started.
        started.extend(map(_start_hog, range(count)))
        yield [hog.pid for hog in started]
    finally:
        for hog in started:
            hog.kill()
        for hog in started:
            hog.wait()


def _start_hog(number: int) -> "subprocess.Popen[bytes]":
    words = [str(os.getpid()), str(HOG_SECONDS), str(number % 2)]
    command = [sys.executable, "-I", "-S", "-c", _HOG, *words]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603


@asynccontextmanager
async def freezes(random: Random) -> AsyncIterator[None]:
    """Stop checks and whole runs for moments, at random, as a full or suspended host does."""
    async with asyncio.TaskGroup() as group:
        freezing = group.create_task(_freeze_at_random(group, random))
        try:
            yield
        finally:
            freezing.cancel()


async def _freeze_at_random(group: asyncio.TaskGroup, random: Random) -> None:
    while True:
        await asyncio.sleep(random.uniform(*BETWEEN_FREEZES_SECONDS))
        if runs := list(freezable()):
            group.create_task(freeze(random.choice(runs), random.uniform(*FROZEN_SECONDS)))


async def freeze(first: int, seconds: float) -> None:
    """Stop a process and all below it for that long."""
    held: list[int] = []
    try:
        _stop_tree(first, held)
        await asyncio.sleep(seconds)
    finally:
        for pidfd in held:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGCONT)
            os.close(pidfd)


def _stop_tree(pid: int, held: list[int]) -> None:
    """Stop a process, then its descendants: a stopped process forks no more."""
    try:
        pidfd = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    held.append(pidfd)
    # The descriptor always means the same process, so this answer stays valid below.
    if not _is_ours(pid):
        return
    with suppress(ProcessLookupError):
        signal.pidfd_send_signal(pidfd, signal.SIGSTOP)
    for child in list_children(pid):
        _stop_tree(child, held)


def freezable() -> Iterator[int]:
    """Yield what may be frozen: first processes of pid namespaces below this process.

    Those of single checks, of runs, and of all that the sandbox holds: each with what is below it.
    """
    yield from _freezable_below(os.getpid())


def _freezable_below(pid: int) -> Iterator[int]:
    for child in list_children(pid):
        if _status(child, "NSpid").split()[-1:] == ["1"]:
            yield child
        yield from _freezable_below(child)


def _is_ours(pid: int) -> bool:
    while pid > 1:
        parent = _status(pid, "PPid")
        if not parent:
            return False
        pid = int(parent)
        if pid == os.getpid():
            return True
    return False


def _status(pid: int, name: str) -> str:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return value.strip()
    return ""


class Load:
    """How many programs want a processor, for each processor there is; looked at now and then."""

    def __init__(self) -> None:
        self._seen: list[int] = []

    @property
    def average(self) -> float:
        """The average of the looks so far."""
        return sum(self._seen) / len(self._seen) / PROCESSORS if self._seen else 0.0

    async def keep_looking(self) -> None:
        """Look every tenth of a second, until cancelled."""
        while True:
            self._seen.append(_running() - 1)  # we who look are one
            await asyncio.sleep(0.1)


def _running() -> int:
    lines = Path("/proc/stat").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("procs_running "))
