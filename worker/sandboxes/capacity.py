"""How much memory and how many processes are left for us, on the machine and in our cgroups.

A cgroup around us, of a container or of a systemd unit, may allow far less than the machine has,
and the kernel kills processes that exceed it. Its limits can be read even where no group can be
made below it.
"""

import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from .hierarchies import read_field, surrounding_groups

_MIB = 1 << 20


def available_memory_mib() -> float:
    """Return how much more memory can be used before the kernel kills a process, in MiB."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    machine = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    rooms = [machine / 1024]
    for folder, is_unified in surrounding_groups("memory"):
        names = ("memory.max", "memory.current", "inactive_file")
        if not is_unified:
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        with suppress(OSError, ValueError):  # "max": no limit here
            limit = int((folder / names[0]).read_text())
            used = int((folder / names[1]).read_text())
            rooms.append((limit - used + read_field(folder / "memory.stat", names[2])) / _MIB)
    return max(0.0, min(rooms))


def available_processes() -> int:
    """Return how many processes and threads all runs together may have.

    The least of what remains: in the cgroups around us, under this user's limit (`ulimit -u`, which
    does not apply to root) and of the machine's pids.
    """
    rooms = [int(Path("/proc/sys/kernel/pid_max").read_text()) - _threads_of_the_machine()]
    for folder, _ in surrounding_groups("pids"):
        with suppress(OSError, ValueError):
            limit = int((folder / "pids.max").read_text())
            rooms.append(limit - int((folder / "pids.current").read_text()))
    of_user = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    if of_user != resource.RLIM_INFINITY:
        rooms.append(of_user - (0 if os.geteuid() == 0 else sum(_threads_of(os.geteuid()))))
    return max(0, min(rooms))


def _threads_of_the_machine() -> int:
    return int(Path("/proc/loadavg").read_text().split()[3].partition("/")[2])


def _threads_of(uid: int) -> Iterator[int]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):
                if folder.stat().st_uid == uid:
                    yield len(list((folder / "task").iterdir()))
