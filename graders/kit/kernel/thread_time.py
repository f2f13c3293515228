"""What the kernel counts of one thread's time (Documentation/scheduler/sched-stats.rst)."""

from dataclasses import dataclass
from pathlib import Path

from graders.kit.kernel.system_calls import NAMES


@dataclass(frozen=True, slots=True)
class ThreadTime:
    """In seconds, since the thread began: on a processor, and ready without one."""

    running: float
    waiting: float

    @property
    def awake(self) -> float:
        """How long it did not sleep."""
        return self.running + self.waiting


def main_thread_time(pid: int) -> ThreadTime | None:
    """Return the time of a process's main thread; None if it is gone.

    First two fields of `/proc/<pid>/schedstat`, in nanoseconds there. The first may lag behind by a
    tick of the kernel's clock, which is 10 ms at most.
    """
    return _read_time(Path(f"/proc/{pid}/schedstat"))


def thread_times(pid: int) -> dict[int, ThreadTime]:
    """Return the time of each thread that a process has now, by its id; empty if it is gone."""
    try:
        threads = [int(one.name) for one in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return {}
    times = {one: _read_time(Path(f"/proc/{pid}/task/{one}/schedstat")) for one in threads}
    return {one: time for one, time in times.items() if time is not None}


def _read_time(schedstat: Path) -> ThreadTime | None:
    try:
        fields = schedstat.read_bytes().split()
        return ThreadTime(int(fields[0]) / 1e9, int(fields[1]) / 1e9)
    except (OSError, IndexError, ValueError):
        return None


def selector_seconds(pid: int) -> float:
    """Return for how long a process's main thread has slept in its event loop's selector by now.

    0.0 if it does not, or if the kernel does not tell when it last ran: the field se.exec_start of
    `/proc/<pid>/sched`, in milliseconds, by a clock that every thread shares. Ours may lag behind
    by a tick, so that it is rather less.
    """
    try:
        call = Path(f"/proc/{pid}/syscall").read_bytes().split()[0]
        if NAMES.get(int(call)) not in ("epoll_wait", "epoll_pwait"):
            return 0.0
        return max(0.0, _last_ran("thread-self") - _last_ran(str(pid)))
    except (OSError, IndexError, ValueError):
        return 0.0


def _last_ran(process: str) -> float:
    sched = Path(f"/proc/{process}/sched").read_bytes()
    return float(sched.partition(b"se.exec_start")[2].split()[1]) / 1e3


def is_running(pid: int) -> bool:
    """Return whether a process's main thread is on a processor, or ready: state R of its stat."""
    try:
        # The second field, the name, may hold anything but ends in ")".
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] == b"R"
    except (OSError, IndexError):
        return False
