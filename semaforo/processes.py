"""Make sure that no process of ours outlives its supervisor. Linux only."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

# Imported before any fork: nothing may be imported between fork and exec.
from worker.inside import linux


def kill_on_parent_death() -> Callable[[], None]:
    """Return a `preexec_fn` that has the kernel kill the child when this process dies.

    This also covers SIGKILL, which lets this process run no clean-up of its own.
    """
    parent = os.getpid()

    def before_exec() -> None:
        linux.set_parent_death_signal()
        if os.getppid() != parent:  # the parent died before prctl took effect
            os._exit(1)

    return before_exec


def become_subreaper() -> None:
    """Become the parent of every descendant whose own parent dies, so that we can kill it."""
    linux.become_subreaper()


def child_pids() -> set[int]:
    """Return the pids of our children, including adopted processes and zombies."""
    return set(linux.children_of(os.getpid()))


def kill_orphans() -> None:
    """Kill and reap every remaining child process."""
    # A killed process hands its children to us, hence the loop; each round reaps at least one.
    while orphans := child_pids():
        for pid in orphans:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for pid in orphans:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
