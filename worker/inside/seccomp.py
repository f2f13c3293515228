"""The allow-list of system calls, as seccomp filters.

There are two, stacked. The starter filter is installed in the starter, which needs a few more calls
to isolate each check. The check filter removes these again, in the check's process, before any of
the student's code runs. The kernel applies the stricter of the two. Loading the whole list in each
check would cost twice as much as the check filter.

A deny-list ages: it permits every call that a later kernel adds. Here every call that is not named
fails with ENOSYS, so that libc falls back to older calls, and a call by another architecture's or
the x32 table ends the process. Argument rules compare the low 32 bits, which is all that the kernel
reads of these arguments: a comparison of 64 bits is evaded by setting a high bit. Written without
libseccomp, whose Python binding looks for the library with ldconfig or a compiler; the sandbox has
neither.
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

# Calls that give a socket an address or connect to one; setsockopt, because SO_PASSCRED binds one.
# What remains are the pairs of socketpair(2), which an event loop needs.
NETWORK = ("socket", "bind", "connect", "listen", "accept", "accept4", "setsockopt")

# The trusted side sends this signal to get the stack of a check's main thread; the program may not
# change its handler. A real-time signal, because programs rarely use those.
STACK_SIGNAL = 63

# These fail with EPERM, not ENOSYS, so that the student's traceback says why.
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
# A program that stops itself looks like one that our machine keeps from running, and would never
# get a verdict. The signal sent at a child's end is an argument of clone, hence its rule.
_STOPPING = (19, 20, 21, 22)
_SIGNALS = tuple(number for number in range(65) if number not in _STOPPING)
RULES = (
    Rule("clone", 0, (0, 17), _NAMESPACES | 0xFF),
    Rule("kill", 1, _SIGNALS),
    Rule("tkill", 1, _SIGNALS),
    Rule("tgkill", 2, _SIGNALS),
    # Not shared and anonymous: no limit of a single process counts such memory
    Rule("mmap", 3, (0x00, 0x01, 0x20), 0x21),
    Rule("mknodat", 2, (0o010000,), 0o170000),  # FIFOs, never a device
    Rule("socket", 0, (1, 2, 10)),  # AF_UNIX, AF_INET, AF_INET6
    Rule("prlimit64", 0, (0,)),  # only of the caller: otherwise a run could limit its pid 1
    # SET_NAME, GET_NAME, GET_DUMPABLE, CAPBSET_READ, SET_VMA (malloc names its arenas)
    Rule("prctl", 0, (15, 16, 3, 23, 0x53564D41)),
    # FIONREAD, FIONBIO, FIOCLEX, FIONCLEX, TCGETS, TIOCGWINSZ; never TIOCSTI
    Rule("ioctl", 1, (0x541B, 0x5421, 0x5451, 0x5450, 0x5401, 0x5413)),
    # DUPFD, GETFD, SETFD, GETFL, SETFL, DUPFD_CLOEXEC, GETPIPE_SZ: no locks or leases:
    # they would be a channel between runs, through the files that they share read-only
    Rule("fcntl", 1, (0, 1, 2, 3, 4, 1030, 1032)),
)

_CELL = linux.NEWUSER | linux.NEWNS
# What the starter may do in addition, with the one capability that it keeps.
STARTER_CALLS = ("mount", "capset", "seccomp", "pidfd_open")
STARTER_RULES = (
    Rule("unshare", 0, (linux.NEWPID, _CELL, _CELL | linux.NEWNET)),
    Rule("setns", 1, (linux.NEWPID,)),
    # As above, and SIOCSIFFLAGS for the loopback
    Rule("ioctl", 1, (0x541B, 0x5421, 0x5451, 0x5450, 0x5401, 0x5413, 0x8914)),
)

_LOAD, _AND, _EQUAL, _AT_LEAST, _ABOVE, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x25, 0x06
_KILL, _ERROR, _ALLOW = 0x80000000, 0x00050000, 0x7FFF0000
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_OFFSET_ARCHITECTURE, _OFFSET_NUMBER, _OFFSET_ARGUMENTS = 4, 0, 16


def build_starter_filter() -> bytes:
    """Return the starter filter for this machine: the allow-list and the starter's calls.

    Raises:
        OSError: the architecture is not supported.
    """
    wider = {rule.call for rule in STARTER_RULES}
    rules = (*(rule for rule in RULES if rule.call not in wider), *STARTER_RULES)
    return build((*ALLOWED, *STARTER_CALLS), rules, REFUSED)


def build(allowed: Iterable[str], rules: Iterable[Rule], refused: Iterable[str]) -> bytes:
    """Return a filter that permits `allowed`, and the calls of `rules` if their argument fits.

    `refused` fail with EPERM, all others with ENOSYS.

    Raises:
        OSError: the architecture is not supported.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no system call filter for the architecture {machine}")
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


def build_check_filter(*, network: bool) -> bytes:
    """Return the check filter, to be installed on top of the starter filter.

    Without `network` the program cannot make a socket that another process could address.
    """
    numbers = linux.NUMBERS
    usual = {rule.call: rule for rule in RULES}
    # No test of the architecture: the starter filter stays in force and has one.
    program = [_step(_LOAD, _OFFSET_NUMBER)]
    for name in (*STARTER_CALLS, *(rule.call for rule in STARTER_RULES if rule.call not in usual)):
        program += _refuse(numbers[name], errno.ENOSYS)
    program += _refuse_for(numbers["rt_sigaction"], STACK_SIGNAL, errno.EINVAL)
    for name in () if network else NETWORK:
        program += _refuse(numbers[name], errno.EPERM)
    for rule in STARTER_RULES:
        if rule.call in usual:
            program += _rule(numbers[rule.call], usual[rule.call])
    program.append(_step(_RETURN, _ALLOW))
    return b"".join(program)


def _refuse(number: int, answer: int) -> list[bytes]:
    return [_step(_EQUAL, number, 0, 1), _step(_RETURN, _ERROR | answer)]


def _refuse_for(number: int, first: int, answer: int) -> list[bytes]:
    """Refuse a call if `first` is its first argument; then reload the number for the next steps."""
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
    """Join adjacent numbers: 150 calls become about 50 comparisons."""
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
    """A filter ready to be installed: prepared once, so that a fork touches few pages."""

    def __init__(self, steps: bytes) -> None:
        self._steps = ctypes.create_string_buffer(steps, len(steps))
        self._program = _Program(len(steps) // 8, ctypes.addressof(self._steps))
        self._reference = ctypes.byref(self._program)

    def install(self) -> None:
        """Install the filter for this thread and all that it will start; cannot be undone."""
        linux.syscall("seccomp", 1, 0, self._reference)
