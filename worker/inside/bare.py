"""Replaces the isolation on a host without namespaces: limits, the filter, and ending processes.

Without namespaces a program sees the host's files and network and may do there what its user may.
Used only where an operator allowed it, by the setting whose name states the risk. A root worker
still changes to a user that owns nothing.
"""

import os
import signal
import time
from typing import Any, NoReturn

from . import isolation, linux

_END_SECONDS = 10.0
_PAUSE_SECONDS = 0.002


class NoIsolation:
    """Has the interface of `isolation.Isolation`: the same steps, without namespaces."""

    capabilities = 0
    proc: int | None = None  # /proc can be reached by its path

    def __init__(self, settings: dict[str, Any]) -> None:
        self._uid: int | None = settings["uid"]
        self._cells = 0

    def isolate_zygote(self) -> None:
        """Adopt the processes that outlive their starter, so that they can be found and ended."""
        linux.become_subreaper()

    def drop_root(self) -> None:
        """Change from root to `uid`; after the imports, as only root may read some interpreters."""
        if self._uid is not None:
            os.setgroups([])
            os.setresgid(self._uid, self._uid, self._uid)
            os.setresuid(self._uid, self._uid, self._uid)

    def fork_run(self) -> int:
        """Fork the first process of a run."""
        return os.fork()

    def isolate_run(self, request: dict[str, Any]) -> list[int]:
        """Make the run's work folder; there is no descriptor to keep open."""
        self._folder: str = request["folder"]
        os.mkdir(self._folder, 0o700)  # noqa: PTH102  pathlib is not loaded here
        linux.become_subreaper()
        return []

    def make_cell(self) -> "NoCell":
        """Return the replacement for a check's cell."""
        self._cells += 1
        return NoCell(f"{self._folder}/{self._cells}")

    def leave(self) -> NoReturn:
        """End every descendant of this process, then this process."""
        try:
            kill_descendants(os.getpid())
        finally:
            os._exit(0)


class NoCell:
    """Has the interface of `cells.Cell`; but what a check leaves behind ends only with the run."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._pid = -1

    def fork(self) -> int:
        """Fork the check's process."""
        pid = os.fork()
        self._pid = pid or self._pid
        return pid

    def enter(self) -> str:
        """Make the check's own work folder and return it."""
        os.mkdir(self._folder, 0o700)  # noqa: PTH102
        os.environ.update(isolation.environment(self._folder))
        return self._folder

    def kill(self) -> None:
        """End the check's process."""
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> None:
        """Do nothing: which of the orphans belong to this check is not known."""


def kill_descendants(pid: int) -> bool:
    """Kill all descendants of `pid` until there are none; False if new ones keep appearing.

    `pid` adopts the children of each killed parent, so the next round finds them. A program that
    forks faster than this escapes; with a pid namespace it could not.
    """
    deadline = time.monotonic() + _END_SECONDS
    while found := linux.descendants_of(pid):
        for descendant in found:
            try:
                os.kill(descendant, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if pid == os.getpid():
            _reap()
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # none is left
        pass
