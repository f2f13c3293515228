"""A cell: the namespaces of one check, made in its run; nothing of it reaches another check.

Its own processes, files, network and count of processes cost about 1 ms of processor. Semaphores,
shared memory and message queues of System V and POSIX are the run's, because no call that reaches
them is allowed to any check.
"""

import fcntl
import os
import signal
import socket
import struct
from typing import Any

from . import linux

WORK = "/w"
QUIET = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
_PERSON = 1000  # the uid and gid that everything inside sees itself as
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


class Cell:
    """One check's namespaces. Its pid 1 is not the check but an idle process, as in any system.

    A check that were pid 1 could not be ended by its own signals: abort() would not end it.
    `proc` stands for /proc, and `home` for the starter's own namespaces.
    """

    def __init__(self, proc: int, home: int, space: str, network: bool) -> None:
        self._proc, self._home, self._space, self._network = proc, home, space, network
        self._first = -1
        self._stack: object = None

    def fork(self) -> int:
        """Fork the check's process; returns as os.fork does."""
        linux.unshare(linux.NEWPID)
        try:
            self._first, self._stack = linux.start_idle()
            pid = linux.fork_into(0)
            if pid == 0:
                return 0
        except OSError:
            self.end()
            raise
        finally:
            if os.getpid() == 1:  # not in the child
                linux.setns(self._home, linux.NEWPID)
        return pid

    def enter(self) -> str:
        """In the fork: raise the walls that are left to raise, and return the work folder."""
        network = linux.NEWNET if self._network else 0
        linux.unshare(linux.NEWUSER | linux.NEWNS | network)
        map_person(self._proc)
        linux.mount("tmpfs", WORK, "tmpfs", QUIET, f"mode=700,{self._space}")
        if network:
            _raise_loopback()
        return WORK

    def kill(self) -> None:
        """Have the kernel end every process of the cell, at once."""
        if self._first > 0:
            os.kill(self._first, signal.SIGKILL)

    def end(self) -> None:
        """End what the check's process, already buried, has left behind, and wait for it.

        When this returns, its processes, its files and its network are gone.
        """
        if self._first > 0:
            self.kill()
            os.waitpid(self._first, 0)
            self._first, self._stack = -1, None


def map_person(proc: int) -> None:
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
