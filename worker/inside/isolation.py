"""Namespaces, mounts, limits and capabilities: first the zygote's, then each run's.

Bubblewrap has already made the outer layer: an almost empty read-only root, no network, an empty
environment. The layers made here lie within it, so that a hole in this file leads into bubblewrap's
jail and not to the host.
"""

import os
import resource
import socket
import struct
from typing import Any, NoReturn

from . import linux, seccomp
from .cells import NO_SUID_DEV_EXEC, Cell, map_user

# Of 1000, the higher the earlier: the order in which the kernel ends processes when the machine is
# out of memory. All that a program may have made goes first, then the zygotes, then judges and
# suites (worker/grading/suite_server.py), the worker last.
ZYGOTES_OOM_SCORE, RUNS_OOM_SCORE = 900, 1000
_CAPABILITY_VERSION, _NO_CAPABILITIES = 0x20080522, bytes(24)


class Isolation:
    """Makes the namespaces of the zygote, of each run and of each check.

    capabilities  What the starter keeps, one bit each: to make namespaces and to enter them.
    proc          A descriptor of /proc, to which there is no path.
    """

    capabilities = 1 << linux.CAP_SYS_ADMIN

    def __init__(self) -> None:
        # Opened while there is a path to it; closed in every check.
        self.proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def isolate_zygote(self) -> None:
        """Give the zygote user, mount and pid namespaces of its own, and hide /proc.

        It needs a user namespace of its own to make others without a capability in bubblewrap's.
        Returns in a fork: the caller becomes pid 1 of the new namespaces; the process that called
        waits for it and ends with it.
        """
        linux.unshare(linux.NEWUSER | linux.NEWNS | linux.NEWPID)
        map_user(self.proc)
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
        hidden = linux.MS_RDONLY | NO_SUID_DEV_EXEC
        linux.mount("tmpfs", "/proc", "tmpfs", hidden, "size=4k,nr_inodes=2,mode=555")
        child = os.fork()
        if child:
            linux.close_from(0)
            os.waitpid(child, 0)
            os._exit(0)
        linux.set_parent_death_signal()

    def drop_root(self) -> None:
        """Do nothing: bubblewrap has been started by an unprivileged user."""

    def fork_run(self) -> int:
        """Fork the first process of a run, pid 1 of new namespaces.

        Of all kinds except the network: the starter needs none, and each check gets its own.
        """
        others = linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP
        return linux.fork_into(linux.NEWUSER | linux.NEWNS | linux.NEWPID | others)

    def isolate_run(self, request: dict[str, Any]) -> list[int]:
        """Finish what `fork_run` began, in the child; return the descriptors to keep open."""
        map_user(self.proc)
        socket.sethostname("sandbox")
        self._space, self._network = request["space"], request["network"]
        self._home = os.pidfd_open(os.getpid())
        return [self.proc, self._home]

    def make_cell(self) -> Cell:
        """Return the cell of one check, to be forked into."""
        return Cell(self.proc, self._home, self._space, self._network)

    def leave(self) -> NoReturn:
        """End this process; where it is pid 1, the kernel ends all others of its namespace."""
        os._exit(0)


class PrivilegeDrop:
    """Takes privileges from the starter and from each of its checks; made once, in the starter.

    All data is prepared in advance: a fork pays for each page that it is the first to write.
    """

    def __init__(
        self, filters: tuple[seccomp.Filter, seccomp.Filter], limits: dict[str, list[int]]
    ) -> None:
        self._starter_filter, self._check_filter = filters
        self._limits = {
            getattr(resource, f"RLIMIT_{name}"): (soft, hard)
            for name, (soft, hard) in limits.items()
        }
        self._header = struct.pack("II", _CAPABILITY_VERSION, 0)

    def restrict_starter(self, capabilities: int) -> None:
        """Leave the starter these capabilities, one bit each, and install the starter filter.

        The order matters: the filter forbids some of these calls, and without no_new_privs an
        unprivileged process may not install one. The process stays dumpable, because the trusted
        side reads /proc/<pid>/task/*/syscall from outside; that gives nothing away, because a check
        sees neither /proc nor any process but its own.
        """
        for number, (soft, hard) in self._limits.items():
            if number != resource.RLIMIT_NPROC:  # each check's own: the starter needs one per check
                most = resource.getrlimit(number)[1]
                if most != resource.RLIM_INFINITY:  # the worker's hard limit cannot be raised here
                    soft, hard = min(soft, most), min(hard, most)
                resource.setrlimit(number, (soft, hard))
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, "set no_new_privs")
        linux.prctl(linux.PR_SET_DUMPABLE, 1, "stay dumpable")
        words = struct.pack("6I", capabilities, capabilities, 0, 0, 0, 0)
        linux.syscall("capset", self._header, words)
        self._starter_filter.install()

    def restrict_check(self) -> None:
        """Leave a check no capability, and install the check filter on top.

        The bounding set and the securebits stay unchanged: they matter for execve only, which the
        filter refuses and which would give nothing under no_new_privs.
        """
        if limit := self._limits.get(resource.RLIMIT_NPROC):
            resource.setrlimit(resource.RLIMIT_NPROC, limit)
        linux.syscall("capset", self._header, _NO_CAPABILITIES)
        self._check_filter.install()


def prepare_work_folder(folder: str) -> None:
    """Enter the work folder and make the two folders that /tmp and /dev/shm are links to."""
    os.chdir(folder)
    os.mkdir("tmp", 0o700)  # noqa: PTH102  pathlib is not loaded here
    os.mkdir("shm", 0o700)  # noqa: PTH102


def environment(folder: str) -> dict[str, str]:
    """Return the whole environment of a program that works in `folder`."""
    return {
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "HOME": folder,
        "TMPDIR": f"{folder}/tmp",  # noqa: S108  its own
    }
