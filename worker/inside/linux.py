"""Kernel interfaces that Python does not wrap. Every call is checked: failed isolation must raise.

The one place for both sides of the sandbox: the worker imports it too. Standard library only.
"""

import contextlib
import ctypes
import errno
import os
import platform
import random
import signal
import sys

from .syscalls import AARCH64, X86_64

libc = ctypes.CDLL(None, use_errno=True)
python = ctypes.PyDLL(None, use_errno=True)

# Flags of unshare(2), setns(2) and clone(2).
NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
# Flags of mount(2).
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
# Options of prctl(2).
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
CAP_SYS_ADMIN = 21
PR_SET_NO_NEW_PRIVS, PR_SET_CHILD_SUBREAPER = 38, 36

_CLONE_VM, _CLONE_THREAD, _IDLE_STACK = 0x100, 0x10000, 8192

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


def set_parent_death_signal(number: int = signal.SIGKILL) -> None:
    """Have the kernel send this process a signal when its parent *thread* ends.

    A parent that ended before this call does not count; the caller compares os.getppid().
    """
    prctl(PR_SET_PDEATHSIG, number, "prctl(PR_SET_PDEATHSIG)")


def become_subreaper() -> None:
    """Adopt every descendant of this process whose parent ends, so that it can be found."""
    prctl(PR_SET_CHILD_SUBREAPER, 1, "prctl(PR_SET_CHILD_SUBREAPER)")


def children_of(pid: int) -> list[int]:
    """Return the children of a process that the kernel lists; none if it has ended.

    Those of all its threads: a child is listed under the thread that forked it. A child that ends
    during the call may hide another (proc(5)), so a caller that kills must repeat until there are
    none.
    """
    found: list[int] = []
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208  pathlib is not loaded here
    except (FileNotFoundError, ProcessLookupError):  # the second if it ends during the call
        return found
    for thread in threads:
        with (
            contextlib.suppress(FileNotFoundError, ProcessLookupError),
            open(f"/proc/{pid}/task/{thread}/children") as listing,  # noqa: PTH123
        ):
            found += map(int, listing.read().split())
    return found


def descendants_of(pid: int) -> list[int]:
    """Return the children of a process, their children, and so on."""
    found = children_of(pid)
    for child in found:
        found += children_of(child)  # grows while it is walked
    return found


def unshare(flags: int) -> None:
    """Move this process to new namespaces of these kinds; NEWPID takes effect for its children."""
    check(libc.unshare(flags), "unshare")


def has_threads() -> bool:
    """Whether this process has more than one thread, whichever library started it.

    Needs no /proc and no privilege: the kernel looks at the number before anything else.
    """
    try:
        unshare(_CLONE_THREAD)
    except OSError as error:
        return error.errno == errno.EINVAL
    return False


def setns(fd: int, flags: int) -> None:
    """Join the namespaces of `fd`: a namespace file, or a pidfd."""
    check(libc.setns(fd, flags), "setns")


def fork_into(namespaces: int) -> int:
    """Fork, with the child in new namespaces of these kinds; returns as os.fork does.

    Only for a single-threaded process, where no other thread can hold a lock: it runs no fork
    hooks of libraries, which saves half a millisecond. Unlike unshare(2) it makes a pid namespace
    owned by the new user namespace, so that capabilities over the one hold over the other.
    """
    # PyDLL: holds the interpreter's lock during the call, as os.fork does.
    flags = ctypes.c_ulong(namespaces | signal.SIGCHLD)
    pid = int(python.syscall(NUMBERS["clone"], flags, 0, 0, 0, 0))
    if pid == 0:
        random.seed()  # the copies must not produce the same numbers
        if numpy := sys.modules.get("numpy.random"):  # of the libraries of an exercise
            numpy.seed()
    return check(pid, "clone")


def start_idle() -> tuple[int, object]:
    """Start a process that sleeps for ever in this one's memory; return its pid and its stack.

    It serves as pid 1 of a pid namespace and costs 0.03 ms; a fork costs 1.2 ms. The caller must
    keep the stack as long as the process lives.
    """
    stack = ctypes.create_string_buffer(_IDLE_STACK)
    top = ctypes.addressof(stack) + _IDLE_STACK - 64
    flags = _CLONE_VM | signal.SIGCHLD
    return check(libc.clone(libc.pause, ctypes.c_void_p(top & ~15), flags, None), "clone"), stack


def raise_oom_score(score: int, proc: int | None = None) -> None:
    """Make the kernel end this process and its children earlier when memory runs out.

    `proc` is a descriptor of /proc, for a process without a path to it. Raising the score needs no
    privilege; lowering one that root has set does. Errors are ignored: nothing depends on it.
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
    """Mount `source` at `target`, checked; None stands for NULL."""
    done = libc.mount(
        None if source is None else os.fsencode(source),
        os.fsencode(target),
        None if kind is None else os.fsencode(kind),
        ctypes.c_ulong(flags),
        os.fsencode(data) if data else None,
    )
    check(done, f"mount {kind or source} at {target}")


def close_from(first: int) -> None:
    """Close every descriptor from `first` on, also those that Python does not know."""
    close_between(first, 0xFFFFFFFF)


def close_between(first: int, last: int = 0xFFFFFFFF) -> None:
    """Close every descriptor from `first` to `last`; none if `last` is the smaller."""
    if first <= last:
        syscall("close_range", first, ctypes.c_uint(last), 0)
