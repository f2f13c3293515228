"""The allow-list of system calls, as filter programs for the kernel.

There are two, one upon the other. The wide one is put on the starter, which needs a few calls more
to raise the walls of each check; the narrow one takes these away again, in the check's process,
before any of the student's code. The kernel heeds the stricter of the two. Loading the whole list
in each check would cost twice as much as the narrow one.

Deny lists age: the next call the kernel grows is open. Here everything not named answers ENOSYS, so
that libc falls back to older calls, and programs for a foreign processor or the x32 table die.
Argument rules compare the low 32 bits, which is all the kernel reads for these arguments: comparing
64 bits is passed by setting a high one. Written without libseccomp, whose Python binding looks for
the library with ldconfig or a compiler, and finds neither inside.
"""

import ctypes
import errno
import platform
import struct
from collections.abc import Iterable
from typing import NamedTuple

from . import linux

ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev close close_range open openat stat fstat
lstat newfstatat statx access faccessat faccessat2 readlink readlinkat getdents64 getcwd chdir
fchdir mkdir mkdirat rmdir link linkat unlink unlinkat rename renameat renameat2 chmod fchmod
fchmodat utimensat
truncate ftruncate fallocate lseek fsync fdatasync symlink symlinkat umask statfs fstatfs
dup dup2 dup3 pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait
epoll_pwait eventfd2 timerfd_create timerfd_settime timerfd_gettime
socketpair bind listen accept accept4 connect getsockname getpeername getsockopt setsockopt sendto
recvfrom sendmsg recvmsg shutdown sendfile
munmap mprotect mremap madvise brk membarrier futex get_robust_list set_robust_list rseq
set_tid_address gettid getpid getppid getuid geteuid getgid getegid getgroups getresuid getresgid
getpgrp getpgid getsid setsid setpgid fork vfork wait4 waitid exit exit_group
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
pause alarm getitimer setitimer nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday
time times getrusage getrlimit setrlimit sched_yield sched_getaffinity getpriority uname sysinfo
getrandom arch_prctl getcpu restart_syscall
""".split()  # noqa: SIM905  a list of 150 strings would be three pages

# What gives a socket a name, or reaches one by its name; setsockopt, because SO_PASSCRED gives one.
# What is left are the pairs of socketpair(2), which an event loop needs.
NETWORK = ("socket", "bind", "connect", "listen", "accept", "accept4", "setsockopt")

# By this signal the trusted side asks where a check's main thread is; how it is handled is not the
# program's to change. A real-time signal, which programs leave alone.
WHERE = 63

# Answered with "not permitted" and not ENOSYS: the student reads the reason in the traceback.
REFUSED = ("execve", "execveat")


class Rule(NamedTuple):
    """Allow `call` if its argument number `argument`, masked, is one of `values`."""

    call: str
    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


_NAMESPACES = (
    linux.NEWNS
    | linux.NEWCGROUP
    | linux.NEWUTS
    | linux.NEWIPC
    | linux.NEWUSER
    | linux.NEWPID
    | linux.NEWNET
)
# A program that stops itself looks like one that our machine keeps from running: nobody would ever
# judge it. The signal that a child's end sends is an argument of clone.
_STOPPING = (19, 20, 21, 22)
_SIGNALS = tuple(number for number in range(65) if number not in _STOPPING)
RULES = (
    Rule("clone", 0, (0, 17), _NAMESPACES | 0xFF),
    Rule("kill", 1, _SIGNALS),
    Rule("tkill", 1, _SIGNALS),
    Rule("tgkill", 2, _SIGNALS),
    # Anything but shared and anonymous, which no limit of one process counts
    Rule("mmap", 3, (0x00, 0x01, 0x20), 0x21),
    Rule("mknodat", 2, (0o010000,), 0o170000),  # FIFOs, never a device
    Rule("socket", 0, (1, 2, 10)),  # AF_UNIX, AF_INET, AF_INET6
    Rule("prlimit64", 0, (0,)),  # oneself only: a run could else put limits on its pid 1
    # SET_NAME, GET_NAME, GET_DUMPABLE, CAPBSET_READ, SET_VMA (malloc names its arenas)
    Rule("prctl", 0, (15, 16, 3, 23, 0x53564D41)),
    # FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ; never TIOCSTI
    Rule("ioctl", 1, (0x541B, 0x5421, 0x5451, 0x5450, 0x5401, 0x5413)),
    # DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC, GETPIPE_SZ: no locks or leases, which
    # would be a channel between runs through the files that they share read-only
    Rule("fcntl", 1, (0, 1, 2, 3, 4, 1030, 1032)),
)

_CELL = linux.NEWUSER | linux.NEWNS
# What the starter may do besides, with the one capability it keeps.
EXTRA = ("mount", "capset", "seccomp", "pidfd_open")
EXTRA_RULES = (
    Rule("unshare", 0, (linux.NEWPID, _CELL, _CELL | linux.NEWNET)),
    Rule("setns", 1, (linux.NEWPID,)),
    # As above, and: CAPBSET_DROP, SET_SECUREBITS; SIOCSIFFLAGS
    Rule("prctl", 0, (15, 16, 3, 23, 0x53564D41, 24, 28)),
    Rule("ioctl", 1, (0x541B, 0x5421, 0x5451, 0x5450, 0x5401, 0x5413, 0x8914)),
)

_LOAD, _AND, _EQUAL, _AT_LEAST, _ABOVE, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
_KILL, _ERROR, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_OFFSET_ARCHITECTURE, _OFFSET_NUMBER, _OFFSET_ARGUMENTS = 4, 0, 16


def build_wide() -> bytes:
    """Return the starter's filter for this machine's processor: the allow-list, and the extras.

    Raises:
        OSError: the processor has no table here.
    """
    wider = {rule.call for rule in EXTRA_RULES}
    rules = (*(rule for rule in RULES if rule.call not in wider), *EXTRA_RULES)
    return build((*ALLOWED, *EXTRA), rules, REFUSED)


def build(allowed: Iterable[str], rules: Iterable[Rule], refused: Iterable[str]) -> bytes:
    """Return a filter that lets `allowed` through, and others as their rule says.

    `refused` are answered with EPERM, whatever nobody named with ENOSYS.

    Raises:
        OSError: the processor has no table here.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no system call filter for the processor {machine}")
    program = [
        _step(_LOAD, _OFFSET_ARCHITECTURE),
        _step(_EQUAL, _ARCHITECTURES[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _OFFSET_NUMBER),
        _step(_AT_LEAST, _X32, 0, 1),
        _step(_RETURN, _KILL),
    ]
    numbers = linux.NUMBERS
    for low, high in _ranges(sorted(numbers[name] for name in allowed if name in numbers)):
        program += [_step(_AT_LEAST, low, 0, 2), _step(_ABOVE, high, 1, 0), _step(_RETURN, _ALLOW)]
    for rule in rules:
        if rule.call in numbers:
            program += _rule(numbers[rule.call], rule)
    for name in refused:
        if name in numbers:
            program += _refuse(numbers[name], errno.EPERM)
    program.append(_step(_RETURN, _ERROR | errno.ENOSYS))
    return b"".join(program)


def build_narrow(*, network: bool) -> bytes:
    """Return the filter that leaves a check what is its own; goes upon the wide one.

    Without a network there is no way to make a socket that another process could address.
    """
    numbers = linux.NUMBERS
    usual = {rule.call: rule for rule in RULES}
    # Nothing on the architecture: the wide filter, which stays, has an eye on that.
    program = [_step(_LOAD, _OFFSET_NUMBER)]
    for name in (*EXTRA, *(rule.call for rule in EXTRA_RULES if rule.call not in usual)):
        program += _refuse(numbers[name], errno.ENOSYS)
    program += _refuse_for(numbers["rt_sigaction"], WHERE, errno.EINVAL)
    for name in () if network else NETWORK:
        program += _refuse(numbers[name], errno.EPERM)
    for rule in EXTRA_RULES:
        if rule.call in usual:
            program += _rule(numbers[rule.call], usual[rule.call])
    program.append(_step(_RETURN, _ALLOW))
    return b"".join(program)


def _refuse(number: int, answer: int) -> list[bytes]:
    return [_step(_EQUAL, number, 0, 1), _step(_RETURN, _ERROR | answer)]


def _refuse_for(number: int, first: int, answer: int) -> list[bytes]:
    """Refuse a call if that is its first argument; the number is loaded again for what follows."""
    return [
        _step(_EQUAL, number, 0, 4),
        _step(_LOAD, _OFFSET_ARGUMENTS),
        _step(_EQUAL, first, 0, 1),
        _step(_RETURN, _ERROR | answer),
        _step(_LOAD, _OFFSET_NUMBER),
    ]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value & 0xFFFFFFFF)


def _ranges(numbers: list[int]) -> list[tuple[int, int]]:
    """Join neighbouring numbers: 150 calls become about 50 comparisons."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _rule(number: int, rule: Rule) -> list[bytes]:
    count = len(rule.values)
    body = [
        _step(_LOAD, _OFFSET_ARGUMENTS + 8 * rule.argument),
        _step(_AND, rule.mask),
        *(_step(_EQUAL, value, count - i, 0) for i, value in enumerate(rule.values)),
        _step(_RETURN, _ERROR | errno.EPERM),
        _step(_RETURN, _ALLOW),
    ]
    return [_step(_EQUAL, number, 0, len(body)), *body]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_void_p))


class Filter:
    """A filter ready to be put on: made once, so that a fork of the maker touches few pages."""

    def __init__(self, steps: bytes) -> None:
        self._steps = ctypes.create_string_buffer(steps, len(steps))
        self._program = _Program(len(steps) // 8, ctypes.addressof(self._steps))
        self._reference = ctypes.byref(self._program)

    def install(self) -> None:
        """Put this thread and all it will ever start under the filter. There is no way back."""
        linux.syscall("seccomp", 1, 0, self._reference)
