"""What the kernel is asked so that nothing of ours outlives us. Linux only."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

# Imported before any fork: between fork and exec nothing may be imported.
from worker.inside import linux


def die_with_me() -> Callable[[], None]:
    """Return what a child must call before exec, to be killed when this process dies.

    Even by SIGKILL, which leaves us no chance to say goodbye.
    """
    parent = os.getpid()

    def before_exec() -> None:
        linux.set_parent_death_signal()
        if os.getppid() != parent:  # it died before the call above could count
            os._exit(1)

    return before_exec


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that we can end it."""
    linux.become_subreaper()


def children() -> set[int]:
    """Return the process ids of our children, adopted ones and the dead not yet reaped too."""
    return set(linux.children_of(os.getpid()))


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
