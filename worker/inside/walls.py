"""Namespaces, mounts, limits and capabilities: first the zygote's own, then each run's.

The outer wall, bubblewrap, is already up: an almost empty read-only root, no network, nobody's
environment. What is raised here lies within it, so that a hole in this file leads into that jail
and not to the host.
"""

import fcntl
import os
import resource
import signal
import socket
import struct
from typing import Any, NoReturn

from . import linux, seccomp

WORK = "/w"
_PERSON = 1000  # the uid and gid that everything inside sees itself as
_QUIET = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1
# NOROOT, NO_SETUID_FIXUP, NO_CAP_AMBIENT_RAISE set and locked; KEEP_CAPS clear and locked.
_SECUREBITS = 0x01 | 0x02 | 0x04 | 0x08 | 0x20 | 0x40 | 0x80
_CAPABILITY_VERSION = 0x20080522


class Walls:
    """The zygote's own namespaces, and those that each run gets."""

    def __init__(self) -> None:
        # Opened while there is a path to it, and closed in every run.
        self._proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        self._own = -1

    def seclude_zygote(self) -> None:
        """Give the zygote user, mount and pid namespaces of its own, and hide /proc.

        A namespace of its own is what it takes to make a pid namespace per run and come back
        from it without a capability of bubblewrap's. Returns in a fork: the caller becomes pid 1
        there, while the process that called waits for it and ends with it.
        """
        linux.unshare(linux.NEWUSER | linux.NEWNS | linux.NEWPID)
        _map_person(self._proc)
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
        hidden = linux.MS_RDONLY | _QUIET
        linux.mount("tmpfs", "/proc", "tmpfs", hidden, "size=4k,nr_inodes=2,mode=555")
        child = os.fork()
        if child:
            linux.close_from(0)
            os.waitpid(child, 0)
            os._exit(0)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL, "set the parent's death signal")
        self._own = os.pidfd_open(os.getpid())

    def settle_zygote(self) -> None:
        """Do nothing: who starts inside bubblewrap is nobody already."""

    def before_fork(self) -> None:
        """Let the next child be pid 1 of a namespace of its own; this process stays here."""
        linux.unshare(linux.NEWPID)

    def after_fork(self) -> None:
        """Let children be born here again, or the kernel would allow no second namespace."""
        linux.setns(self._own, linux.NEWPID)

    def seclude_run(self, request: dict[str, Any]) -> str:
        """Give this process, pid 1 already, every other namespace afresh; return its folder."""
        others = linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP | linux.NEWNET
        linux.unshare(linux.NEWUSER | linux.NEWNS | others)
        _map_person(self._proc)
        linux.mount("tmpfs", WORK, "tmpfs", _QUIET, f"mode=700,{request['space']}")
        socket.sethostname("sandbox")
        _raise_loopback()
        return WORK

    def leave(self) -> NoReturn:
        """End this process; where it is a pid 1, the kernel ends all the others."""
        os._exit(0)


def shed_power(filter_: bytes, limits: dict[str, list[int]]) -> None:
    """Set the resource limits, drop every capability, and go under the system call filter.

    The order matters: after the filter none of this is possible, and without no_new_privs an
    unprivileged process may not load one. The process stays dumpable, because the trusted side
    looks at /proc/<pid>/task/*/syscall from outside; that costs nothing where a run sees neither
    /proc nor any process but its own.
    """
    for name, (soft, hard) in limits.items():
        number = getattr(resource, f"RLIMIT_{name}")
        most = resource.getrlimit(number)[1]
        if most != resource.RLIM_INFINITY:  # the worker's own, which nobody here may raise
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(number, (soft, hard))
    _drop_capabilities()
    linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, "set no_new_privs")
    linux.prctl(linux.PR_SET_DUMPABLE, 1, "stay dumpable")
    seccomp.load(filter_)


def settle(folder: str) -> None:
    """Start in the work folder with the few names a program may expect, and nothing else."""
    os.chdir(folder)
    os.mkdir("tmp")  # noqa: PTH102  pathlib is not loaded here
    os.environ.clear()
    os.environ.update(HOME=folder, LANG="C.UTF-8", PATH="/usr/bin")
    os.environ["TMPDIR"] = f"{folder}/tmp"  # noqa: S108  the run's own
    os.umask(0o077)
    os.setsid()


def _map_person(proc: int) -> None:
    """Map our one user and group, in the namespace just entered, to the person of the sandbox.

    Who is in a user namespace without a map is nobody; /proc is reached by descriptor, because
    the zygote and the runs have no path to it.
    """
    lines: tuple[tuple[str, Any], ...] = (
        ("setgroups", "deny"),
        ("uid_map", f"{_PERSON} {_PERSON} 1"),
        ("gid_map", f"{_PERSON} {_PERSON} 1"),
    )
    for name, text in lines:
        fd = os.open(f"self/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))


def _drop_capabilities() -> None:
    """Empty all five sets.

    The securebits and the bounding set need a capability, so they go first. Without user
    namespaces there is none to drop, and none was ever held.
    """
    has_any = linux.libc.prctl(linux.PR_SET_SECUREBITS, _SECUREBITS, 0, 0, 0) == 0
    for capability in range(64):
        if not has_any or linux.libc.prctl(linux.PR_CAPBSET_DROP, capability, 0, 0, 0) < 0:
            break
    header = struct.pack("II", _CAPABILITY_VERSION, 0)
    linux.syscall("capset", header, bytes(24))
