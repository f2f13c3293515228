"""Imports the libraries of one exercise in the zygote, so that no run of it has to.

A zygote of their own serves the exercises with these libraries, and its runs mostly use them:
otherwise each check would spend its own processor time on the import. But a library may end the
process that imports it, hang, or leave a thread behind, which no fork copies. So each is tried in a
process of its own first, and one that does any of this is left to the programs that name it.
"""

import contextlib
import importlib
import os
import select
import signal
import time

from . import linux

_SECONDS = 10.0  # for all of them, by the clock
_FIT, _UNFIT = 99, 1  # not 0: a library may end its process itself
# Numerical libraries would start a thread for every processor, which no fork copies.
_ONE_THREAD = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def import_all(folder: str) -> None:
    """Import what lies in a folder of `sys.path`, as far as it may be imported before a fork."""
    os.environ.update(dict.fromkeys(_ONE_THREAD, "1"))
    deadline = time.monotonic() + _SECONDS
    for name in _names_in(folder):
        if _is_fit(name, deadline):
            with contextlib.suppress(Exception):  # another library may have changed what it sees
                importlib.import_module(name)


def _names_in(folder: str) -> list[str]:
    """Return the names of the modules and packages that are meant to be imported."""
    found = set()
    for entry in os.scandir(folder):
        name, _, ending = entry.name.partition(".")
        is_package = entry.is_dir() and not ending
        is_module = entry.is_file() and ending.rpartition(".")[2] in ("py", "so")
        if (is_package or is_module) and name.isidentifier() and not name.startswith("_"):
            found.add(name)
    return sorted(found - {"bin", "tests", "test"})


def _is_fit(name: str, deadline: float) -> bool:
    """Whether a process that imports it goes on, without a thread or a process besides."""
    pid = os.fork()
    if pid == 0:
        try:
            importlib.import_module(name)
            os._exit(_UNFIT if _has_company() else _FIT)
        finally:
            os._exit(_UNFIT)
    pidfd = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            os.kill(pid, signal.SIGKILL)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == _FIT
    finally:
        os.close(pidfd)


def _has_company() -> bool:
    """Whether this process has a child, or more than one thread."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
        return True
    return linux.has_threads()
