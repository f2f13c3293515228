"""A look at a program from outside: is it working, asleep on a timer, or asleep for good?

Read from `/proc/<host pid>/task/*`, where the program cannot write. A *look* is one moment; two
equal looks with nothing under way between them prove that the program can ask for nothing more
until it gets an answer (docs/en/internals/grading-core.md).
"""

import fcntl
import os
import signal
import socket
import termios
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from graders.kit.kernel.children import read_children
from graders.kit.kernel.system_calls import ENDED_BY_OTHERS, NAMES

SIOCINQ, SIOCOUTQ = termios.FIONREAD, termios.TIOCOUTQ
PF_EXITING = 0x4  # include/linux/sched.h
ALL_ONES = 0xFFFF_FFFF

# A handler of SIGALRM means that setitimer(2) or alarm(2) may wake it, which nothing else shows.
_ALARM = 1 << signal.SIGALRM - 1


class Activity(Enum):
    """What a program was doing when looked at.

    WORKING  Some thread is on a processor, wants one, or cannot be judged.
    TIMER    Every thread sleeps, and at least one will wake by itself.
    ASLEEP   Every thread sleeps, and none of them can wake by itself.
    STOPPED   Stopped by a signal or a debugger: it cannot run.
    """

    WORKING = "working"
    TIMER = "timer"
    ASLEEP = "asleep"
    STOPPED = "stopped"


class BlockedIn(Enum):
    """What a main thread that sleeps outside its event loop's selector is blocked in.

    SLEEP  time.sleep.
    CALL   Another blocking system call.
    """

    SLEEP = "sleep"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Look:
    """One moment of all threads of all processes of a program.

    signature      Every thread with its counts of context switches: equal at two moments means
                   that no thread has run in between. None if WORKING or STOPPED.
    timer_seconds  The shortest sleep its threads have asked the kernel for, as they asked for
                   it; None if there is none, or one of them is unknown.
    blocked_in     What the check's main thread, where the event loop runs, is blocked in; None if
                   it does not sleep, or sleeps in its selector.
    other_loops    How many other threads sleep in a selector, as those that run event loops do.
    """

    activity: Activity
    signature: tuple[tuple[str, bytes], ...] | None = None
    timer_seconds: float | None = None
    blocked_in: BlockedIn | None = None
    other_loops: int = 0


WORKING = Look(Activity.WORKING)


class _Threads:
    """What was gathered while going from thread to thread."""

    def __init__(self) -> None:
        self.signature: list[tuple[str, bytes]] = []
        self.timers: list[float] = []
        self.has_other_timer = self.stopped = False
        self.blocked_in: BlockedIn | None = None
        self.other_loops = 0
        self.children: list[int] = []


def look_at(pid: int, starter: int, other_checks: set[int]) -> Look:
    """Look at process `pid`, its descendants, and its orphans, whoever adopted them.

    All pids are the host's. `other_checks` are the processes of the run's other checks, which are
    left out. Needs the right to trace the program, which its dumpable processes give to their own
    user and to root; where it is missing, or a process ends meanwhile, the answer is WORKING: what
    cannot be seen is never a proof.
    """
    seen = _Threads()
    try:
        adopted = read_children(_adopter(pid, starter))
        todo = [pid, *(child for child in adopted if child not in other_checks and child != pid)]
        while todo:
            if not _add_process(todo.pop(), seen, main=pid):
                return WORKING
            todo += seen.children
            seen.children = []
    except (OSError, ValueError, IndexError):
        return WORKING
    if seen.stopped:
        return Look(Activity.STOPPED)
    if not seen.signature:
        return WORKING  # only zombies, which are ignored when proving idleness
    has_timer = seen.timers or seen.has_other_timer
    return Look(
        Activity.TIMER if has_timer else Activity.ASLEEP,
        tuple(sorted(seen.signature)),
        None if seen.has_other_timer else min(seen.timers, default=None),
        seen.blocked_in,
        seen.other_loops,
    )


def is_ending(pid: int) -> bool:
    """Return whether a process is gone, or on its way: PF_EXITING in field 9 of its stat.

    The kernel sets it before it closes what the process held (kernel/exit.c).
    """
    try:
        fields = _read(f"/proc/{pid}/stat").rpartition(b")")[2].split()
        return fields[0] in (b"Z", b"X") or bool(int(fields[6]) & PF_EXITING)
    except (OSError, IndexError, ValueError):
        return True


def processor_seconds(pid: int, starter: int, other_checks: set[int]) -> float:
    """Return what all processes of a check have spent on processors, those that ended included.

    Fields 14 to 17 of `/proc/<pid>/stat`, the time of a process and of the children it has waited
    for, in ticks. What cannot be read has spent nothing.
    """
    ticks = 0
    try:
        todo = [pid, *(p for p in read_children(_adopter(pid, starter)) if p not in other_checks)]
    except (OSError, ValueError):
        return 0.0
    seen = set()
    while todo:
        seen.add(at := todo.pop())
        with suppress(OSError, ValueError, IndexError):  # it has just ended
            # The second field, the name, may hold anything but ends in ")".
            fields = _read(f"/proc/{at}/stat").rpartition(b")")[2].split()
            ticks += sum(map(int, fields[11:15]))
            todo += (child for child in read_children(at) if child not in seen)
    return ticks / os.sysconf("SC_CLK_TCK")


def nothing_pending(connection: socket.socket) -> bool:
    """Return whether neither side has bytes on `connection` that the other has not taken."""
    return count_pending_bytes(connection) == (0, 0)


def count_pending_bytes(connection: socket.socket) -> tuple[int, int]:
    """Return what we have not taken of what was sent to us, and they of ours, in bytes or more."""
    buffer = bytearray(4)
    found = []
    for request in (SIOCINQ, SIOCOUTQ):
        fcntl.ioctl(connection, request, buffer)
        found.append(int.from_bytes(buffer, "little"))
    return found[0], found[1]


@lru_cache
def _adopter(pid: int, starter: int) -> int:
    """Return the pid that adopts the orphans of a check: the first of its pid namespace.

    It is a child of the starter, as the check is; without isolation it is the starter itself.
    """
    home = _pid_namespace(pid)
    if home == _pid_namespace(starter):
        return starter
    for child in read_children(starter):
        if child != pid and _pid_namespace(child) == home:
            return child
    raise ProcessLookupError


def _pid_namespace(pid: int) -> str:
    return os.readlink(f"/proc/{pid}/ns/pid")  # noqa: PTH115


def _add_process(pid: int, seen: _Threads, main: int) -> bool:
    """Add every thread; False if one of them is working. `main` is the check's own main thread."""
    for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208  ten times in a proof
        folder = f"/proc/{pid}/task/{thread}/"
        status = _read(folder + "status")
        at = status.index(b"State:") + 7
        state = status[at : at + 1]
        if state == b"Z":
            continue
        if state in b"Tt":
            seen.stopped = True
            continue
        call = _read(folder + "syscall").split()
        if state != b"S" or call[0] == b"running":
            return False
        seen.signature.append((thread, status[status.index(b"voluntary_ctxt") :]))
        seen.has_other_timer |= bool(_caught(status) & _ALARM)
        seen.children += read_children(pid, int(thread))
        _judge(call, seen, main=int(thread) == main)
    return True


def _caught(status: bytes) -> int:
    """Return the signals that a thread has handlers for, a bit for each."""
    at = status.index(b"SigCgt:") + 7
    return int(status[at : at + 18], 16)


def _judge(call: list[bytes], seen: _Threads, *, main: bool) -> None:
    name = NAMES.get(int(call[0]), "")
    if name in ("epoll_wait", "epoll_pwait"):
        seen.other_loops += not main
        milliseconds = int(call[4], 16) & ALL_ONES
        if milliseconds != ALL_ONES:
            seen.timers.append(milliseconds / 1000)
        return
    if main:
        is_sleep = name in ("nanosleep", "clock_nanosleep")
        seen.blocked_in = BlockedIn.SLEEP if is_sleep else BlockedIn.CALL
    if name == "futex":
        # The fourth argument points at a time-out, or at nothing.
        seen.has_other_timer |= int(call[4], 16) != 0
    elif name == "poll":
        milliseconds = int(call[3], 16) & ALL_ONES
        if milliseconds != ALL_ONES:
            seen.timers.append(milliseconds / 1000)
    elif name == "restart_syscall":
        # Gone on with after a stop, the arguments still there: poll(2), if it is without time-out.
        seen.has_other_timer |= int(call[3], 16) & ALL_ONES != ALL_ONES
    else:
        seen.has_other_timer |= name not in ENDED_BY_OTHERS


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, 4096)
    finally:
        os.close(descriptor)
