"""A cell: the namespaces of one check, made within its run; nothing in it reaches another check.

Its own processes, files, network and process count cost about 1 ms of processor time. Semaphores,
shared memory and message queues of System V and POSIX belong to the run, because the filter permits
no check a call that reaches them.
"""

import fcntl
import os
import signal
import socket
import struct
from typing import Any

from . import linux

WORK = "/w"
NO_SUID_DEV_EXEC = linux.MS_NOSUID | linux.MS_NODEV | linux.MS_NOEXEC
_USER = 1000  # the uid and gid that every process in the sandbox sees as its own
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


class Cell:
    """One check's namespaces. Their pid 1 is an idle process, not the check.

    As pid 1, a check would ignore its own signals: abort() would not end it. `proc` is a descriptor
    of /proc, and `home` one of the starter's own namespaces.
    """

    def __init__(self, proc: int, home: int, space: str, network: bool) -> None:
        self._proc, self._home, self._space, self._network = proc, home, space, network
        self._init = -1
        self._stack: object = None

    def fork(self) -> int:
        """Fork the check's process; returns as os.fork does."""
        linux.unshare(linux.NEWPID)
        try:
            self._init, self._stack = linux.start_idle()
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
        """In the fork: make the remaining namespaces and mounts; return the work folder."""
        network = linux.NEWNET if self._network else 0
        linux.unshare(linux.NEWUSER | linux.NEWNS | network)
        map_user(self._proc)
        linux.mount("tmpfs", WORK, "tmpfs", NO_SUID_DEV_EXEC, f"mode=700,{self._space}")
        if network:
            _bring_loopback_up()
        return WORK

    def kill(self) -> None:
        """Kill every process of the cell at once, by killing its pid 1."""
        if self._init > 0:
            os.kill(self._init, signal.SIGKILL)

    def end(self) -> None:
        """Kill what the check's process, already reaped, has left behind, and wait for it.

        When this returns, the cell's processes, files and network are gone.
        """
        if self._init > 0:
            self.kill()
            os.waitpid(self._init, 0)
            self._init, self._stack = -1, None


def map_user(proc: int) -> None:
    """Map our one user and group, in the user namespace just entered, to those of the sandbox.

    Without a map a process has the overflow uid. /proc is reached by the descriptor `proc`, because
    the zygote and the runs have no path to it.
    """
    lines: tuple[tuple[str, Any], ...] = (
        ("setgroups", "deny"),
        ("uid_map", f"{_USER} {_USER} 1"),
        ("gid_map", f"{_USER} {_USER} 1"),
    )
    for name, text in lines:
        fd = os.open(f"self/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(fd, text.encode())
        finally:
            os.close(fd)


def _bring_loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH22x", b"lo", _IFF_UP))
