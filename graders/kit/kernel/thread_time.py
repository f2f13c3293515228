"""What the kernel counts of one thread's time (Documentation/scheduler/sched-stats.rst)."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ThreadTime:
    """In seconds, since the thread began: on a processor, and ready without one."""

    running: float
    waiting: float


def main_thread_time(pid: int) -> ThreadTime | None:
    """Return the time of a process's main thread; None if it is gone.

    First two fields of `/proc/<pid>/schedstat`, in nanoseconds there. The first may lag behind by a
    tick of the kernel's clock, which is 10 ms at most.
    """
    try:
        fields = Path(f"/proc/{pid}/schedstat").read_bytes().split()
        return ThreadTime(int(fields[0]) / 1e9, int(fields[1]) / 1e9)
    except (OSError, IndexError, ValueError):
        return None


def is_running(pid: int) -> bool:
    """Return whether a process's main thread is on a processor, or ready: state R of its stat."""
    try:
        # The second field, the name, may hold anything but ends in ")".
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"R"
    except (OSError, IndexError):
        return False
