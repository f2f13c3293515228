"""What is left of the walls on a host that allows none: limits, the filter, and tidy endings.

Without namespaces a program sees the host's files and network and may do there what its user may.
Used only where an operator said so, by the setting whose name says what it costs. As root a run is
still somebody else: it steps down to a user that owns nothing.
"""

import os
import signal
import time
from typing import Any, NoReturn

from . import isolation, linux

_END_SECONDS = 10.0
_PAUSE_SECONDS = 0.002


class NoWalls:
    """Stands where `isolation.Walls` would: the same steps, with nothing to raise."""

    power = 0
    proc: int | None = None  # there is a path to it

    def __init__(self, settings: dict[str, Any]) -> None:
        self._uid: int | None = settings["uid"]
        self._cells = 0

    def seclude_zygote(self) -> None:
        """Adopt what outlives its starter, so that it can be found and ended."""
        _become_reaper()

    def settle_zygote(self) -> None:
        """Step down from root, after the imports: the interpreter may be for root alone."""
        if self._uid is not None:
            os.setgroups([])
            os.setresgid(self._uid, self._uid, self._uid)
            os.setresuid(self._uid, self._uid, self._uid)

    def fork_run(self) -> int:
        """Fork the first process of a run."""
        return os.fork()

    def seclude_run(self, request: dict[str, Any]) -> list[int]:
        """Make the run's work folder; there is no descriptor to keep."""
        self._folder: str = request["folder"]
        os.mkdir(self._folder, 0o700)  # noqa: PTH102  pathlib is not loaded here
        _become_reaper()
        return []

    def make_cell(self) -> "NoCell":
        """Return what stands for the namespaces of a check."""
        self._cells += 1
        return NoCell(f"{self._folder}/{self._cells}")

    def leave(self) -> NoReturn:
        """End this process, and every process below it first."""
        try:
            end_below(os.getpid())
        finally:
            os._exit(0)


class NoCell:
    """Stands where `cells.Cell` would. What a check leaves behind ends with its run, not before."""

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
        """Do nothing: nobody knows which of the orphans are this check's."""


def _become_reaper() -> None:
    linux.prctl(linux.PR_SET_CHILD_SUBREAPER, 1, "adopt orphans")


def end_below(pid: int) -> bool:
    """Kill all descendants of `pid` until there are none; False if some keep coming.

    What is killed as a parent leaves its children to `pid`, which adopts orphans: the next round
    finds them. A program that forks faster than this wins, which a pid namespace would not allow.
    """
    deadline = time.monotonic() + _END_SECONDS
    while below := _below(pid):
        for child in below:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if pid == os.getpid():
            _bury()
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def _bury() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:  # none is left
        pass


def _below(pid: int) -> list[int]:
    found = _children(pid)
    for child in found:
        found += _children(child)  # grows while it is walked, down to the last generation
    return found


def _children(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as words:  # noqa: PTH123
            return [int(word) for word in words.read().split()]
    except (FileNotFoundError, ProcessLookupError):  # the second if it ends as it is looked up
        return []
