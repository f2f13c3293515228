"""Namespaces, mounts, limits and capabilities: first the zygote's own, then each run's.

The outer wall, bubblewrap, is already up: an almost empty read-only root, no network, nobody's
environment. What is raised here lies within it, so that a hole in this file leads into that jail
and not to the host.
"""

import os
import resource
import signal
import socket
import struct
from typing import Any, NoReturn

from . import linux, seccomp
from .cells import QUIET, Cell, map_person

# Of 1000: who is ended first when the machine is out of memory. All that a program may have made
# goes first, then the zygotes, then judges and suites (`suite_server`), the worker last.
ZYGOTES_OOM_SCORE, RUNS_OOM_SCORE = 900, 1000
_CAPABILITY_VERSION, _NOTHING = 0x20080522, bytes(24)


class Walls:
    """The zygote's own namespaces, those that each run gets, and those of each check.

    power  What the starter keeps, a bit for each capability: to make namespaces and enter them.
    proc   Stands for /proc, to which there is no path.
    """

    power = 1 << linux.CAP_SYS_ADMIN

    def __init__(self) -> None:
        # Opened while there is a path to it, and closed in every check.
        self.proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)

    def seclude_zygote(self) -> None:
        """Give the zygote user, mount and pid namespaces of its own, and hide /proc.

        A namespace of its own is what it takes to make others without a capability of bubblewrap's.
        Returns in a fork: the caller becomes pid 1 there, while the process that called waits for
        it and ends with it.
        """
        linux.unshare(linux.NEWUSER | linux.NEWNS | linux.NEWPID)
        map_person(self.proc)
        linux.mount(None, "/", None, linux.MS_REC | linux.MS_PRIVATE)
        hidden = linux.MS_RDONLY | QUIET
        linux.mount("tmpfs", "/proc", "tmpfs", hidden, "size=4k,nr_inodes=2,mode=555")
        child = os.fork()
        if child:
            linux.close_from(0)
            os.waitpid(child, 0)
            os._exit(0)
        linux.prctl(linux.PR_SET_PDEATHSIG, signal.SIGKILL, "set the parent's death signal")

    def settle_zygote(self) -> None:
        """Do nothing: who starts inside bubblewrap is nobody already."""

    def fork_run(self) -> int:
        """Fork the first process of a run, pid 1 of namespaces that are all its own.

        All but the network: the starter has no use for one, and each check gets its own.
        """
        others = linux.NEWIPC | linux.NEWUTS | linux.NEWCGROUP
        return linux.fork_into(linux.NEWUSER | linux.NEWNS | linux.NEWPID | others)

    def seclude_run(self, request: dict[str, Any]) -> list[int]:
        """Finish what `fork_run` began, in the child; return the descriptors to keep."""
        map_person(self.proc)
        socket.sethostname("sandbox")
        self._space, self._network = request["space"], request["network"]
        self._home = os.pidfd_open(os.getpid())
        return [self.proc, self._home]

    def make_cell(self) -> Cell:
        """Return the namespaces of one check, to be forked into."""
        return Cell(self.proc, self._home, self._space, self._network)

    def leave(self) -> NoReturn:
        """End this process; where it is a pid 1, the kernel ends all the others."""
        os._exit(0)


class Shedding:
    """How the starter and each of its checks give power away; made once, in the starter.

    Everything is laid out beforehand: what a fork first has to make it pays for page by page.
    """

    def __init__(
        self, filters: tuple[seccomp.Filter, seccomp.Filter], limits: dict[str, list[int]]
    ) -> None:
        self._wide, self._narrow = filters
        self._limits = {
            getattr(resource, f"RLIMIT_{name}"): (soft, hard)
            for name, (soft, hard) in limits.items()
        }
        self._header = struct.pack("II", _CAPABILITY_VERSION, 0)

    def keep(self, capabilities: int) -> None:
        """Leave the starter these capabilities, a bit for each, and go under the wide filter.

        The order matters: after the filter some of this is impossible, and without no_new_privs
        an unprivileged process may not load one. The process stays dumpable, because the trusted
        side looks at /proc/<pid>/task/*/syscall from outside; that costs nothing where a check
        sees neither /proc nor any process but its own.
        """
        for number, (soft, hard) in self._limits.items():
            if number != resource.RLIMIT_NPROC:  # each check's own; the starter needs one for each
                most = resource.getrlimit(number)[1]
                if most != resource.RLIM_INFINITY:  # the worker's own, which nobody may raise here
                    soft, hard = min(soft, most), min(hard, most)
                resource.setrlimit(number, (soft, hard))
        linux.prctl(linux.PR_SET_NO_NEW_PRIVS, 1, "set no_new_privs")
        linux.prctl(linux.PR_SET_DUMPABLE, 1, "stay dumpable")
        words = struct.pack("6I", capabilities, capabilities, 0, 0, 0, 0)
        linux.syscall("capset", self._header, words)
        self._wide.install()

    def drop(self) -> None:
        """Leave a check nothing: no capability, and the narrow filter upon the wide one.

        The bounding set and the securebits stay as they are: they say what an execve would give,
        and there is none, nor would it give anything under no_new_privs.
        """
        if limit := self._limits.get(resource.RLIMIT_NPROC):
            resource.setrlimit(resource.RLIMIT_NPROC, limit)
        linux.syscall("capset", self._header, _NOTHING)
        self._narrow.install()


def settle(folder: str) -> None:
    """Start in the work folder with the few names a program may expect, and nothing else."""
    os.chdir(folder)
    os.mkdir("tmp", 0o700)  # noqa: PTH102  /tmp and /dev/shm are links to these two
    os.mkdir("shm", 0o700)  # noqa: PTH102


def environment(folder: str) -> dict[str, str]:
    """Return all that a program has for an environment."""
    return {
        "LANG": "C.UTF-8",
        "PATH": "/usr/bin",
        "HOME": folder,
        "TMPDIR": f"{folder}/tmp",  # noqa: S108  its own
    }
