"""The system calls that Python does not wrap, each one checked: a wall that fails is no wall."""

import contextlib
import ctypes
import os
import platform
import random
import signal

from .syscalls import AARCH64, X86_64

libc = ctypes.CDLL(None, use_errno=True)
python = ctypes.PyDLL(None, use_errno=True)

# Flags of unshare(2), setns(2) and clone(2).
NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
# Flags of mount(2).
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
# Options of prctl(2).
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
CAP_SYS_ADMIN = 21
PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 28, 38, 36

_CLONE_VM, _IDLE_STACK = 0x100, 8192

NUMBERS = {"x86_64": X86_64, "aarch64": AARCH64}.get(platform.machine(), {})


def check(result: int, what: str) -> int:
    """Return `result`, or raise OSError with the name of the call that failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(name: str, *arguments: object) -> int:
    """Make a system call by its name, checked."""
    return check(libc.syscall(NUMBERS[name], *arguments), name)


def prctl(option: int, value: int, what: str) -> None:
    """Set a property of this process, checked."""
    check(libc.prctl(option, value, 0, 0, 0), what)


def unshare(flags: int) -> None:
    """Leave the parent's namespaces for new ones."""
    check(libc.unshare(flags), "unshare")


def setns(fd: int, flags: int) -> None:
    """Enter the namespaces that `fd` stands for; a pidfd serves."""
    check(libc.setns(fd, flags), "setns")


def fork_into(namespaces: int) -> int:
    """Fork, the child in new namespaces of these kinds; returns as os.fork does.

    Only for a process of one thread, which has no lock that another could have held: so none of
    what libraries have Python do at a fork is done, and half a millisecond of it saved. Unlike
    unshare(2) it makes a pid namespace that belongs to the new user namespace, so that whoever
    has power over the one has it over the other.
    """
    # With the interpreter's lock held all the while, as os.fork does: nothing else may run here.
    flags = ctypes.c_ulong(namespaces | signal.SIGCHLD)
    pid = int(python.syscall(NUMBERS["clone"], flags, 0, 0, 0, 0))
    if pid == 0:
        random.seed()  # the one thing that a copy must not share
    return check(pid, "clone")


def start_idle() -> tuple[int, object]:
    """Start a process that sleeps for ever in this one's own memory; return its pid and its stack.

    For a pid namespace to have a first process: it costs 0.03 ms, against 1.2 of a fork. The stack
    must be kept for as long as the process lives.
    """
    stack = ctypes.create_string_buffer(_IDLE_STACK)
    top = ctypes.addressof(stack) + _IDLE_STACK - 64
    flags = _CLONE_VM | signal.SIGCHLD
    return check(libc.clone(libc.pause, ctypes.c_void_p(top & ~15), flags, None), "clone"), stack


def offer_to_oom_killer(score: int, proc: int | None = None) -> None:
    """Have the kernel end this process and its children sooner when memory runs out.

    `proc` stands for /proc where there is no path to it. A higher score needs no privilege; to take
    one back that root has set does. What does not work costs nothing but the courtesy.
    """
    name = "/proc/self/oom_score_adj" if proc is None else "self/oom_score_adj"
    with contextlib.suppress(OSError):
        fd = os.open(name, os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(fd, str(score).encode())
        finally:
            os.close(fd)


def mount(
    source: str | None, target: str, kind: str | None = None, flags: int = 0, data: str = ""
) -> None:
    """Put `source` at `target`, checked; None stands for the kernel's NULL."""
    done = libc.mount(
        None if source is None else os.fsencode(source),
        os.fsencode(target),
        None if kind is None else os.fsencode(kind),
        ctypes.c_ulong(flags),
        os.fsencode(data) if data else None,
    )
    check(done, f"mount {kind or source} at {target}")


def close_from(first: int) -> None:
    """Close every descriptor from `first` on, known to Python or not."""
    close_between(first, 0xFFFFFFFF)


def close_between(first: int, last: int = 0xFFFFFFFF) -> None:
    """Close every descriptor from `first` to `last`, if there is any number between them."""
    if first <= last:
        syscall("close_range", first, ctypes.c_uint(last), 0)
