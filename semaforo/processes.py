"""What the kernel is asked so that nothing of ours outlives us. Linux only."""

import ctypes
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36
# Looked up before any fork: between fork and exec nothing may be imported.
_prctl = ctypes.CDLL(None, use_errno=True).prctl


def die_with_me() -> Callable[[], None]:
    """Return what a child must call before exec, to be killed when this process dies.

    Even by SIGKILL, which leaves us no chance to say goodbye.
    """
    parent = os.getpid()

    def before_exec() -> None:
        _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the call above could count
            os._exit(1)

    return before_exec


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that we can end it."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children() -> set[int]:
    """Return the process ids of our children, adopted ones and the dead not yet reaped too."""
    pids: set[int] = set()
    for listing in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            pids.update(map(int, listing.read_text().split()))
    return pids


def end_orphans() -> None:
    """Kill and reap every child there is: what our programs have left behind."""
    # Killing one may hand us its children, hence again; each round ends at least one process.
    while orphans := children():
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
