"""What is left of the walls on a host that allows none: limits, the filter, and tidy endings.

Without namespaces a program sees the host's files and network and may do there what its user may.
Used only where an operator said so, by the setting whose name says what it costs. As root a run is
still somebody else: it steps down to a user that owns nothing.
"""

import os
import signal
import time
from typing import Any, NoReturn

from . import linux

_END_SECONDS = 10.0
_PAUSE_SECONDS = 0.002


class NoWalls:
    """Stands where `walls.Walls` would: the same steps, with nothing to raise."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._uid: int | None = settings["uid"]

    def seclude_zygote(self) -> None:
        """Adopt what outlives its starter, so that it can be found and ended."""
        _become_reaper()

    def settle_zygote(self) -> None:
        """Step down from root, after the imports: the interpreter may be for root alone."""
        if self._uid is not None:
            os.setgroups([])
            os.setresgid(self._uid, self._uid, self._uid)
            os.setresuid(self._uid, self._uid, self._uid)

    def before_fork(self) -> None:
        """Do nothing: there is no pid namespace to make."""

    def after_fork(self) -> None:
        """Do nothing: there is none to come back from."""

    def seclude_run(self, request: dict[str, Any]) -> str:
        """Make the run's work folder and return it."""
        folder: str = request["folder"]
        os.mkdir(folder, 0o700)  # noqa: PTH102  pathlib is not loaded here
        _become_reaper()
        return folder

    def leave(self) -> NoReturn:
        """End this process, and every process below it first."""
        end_below(os.getpid())
        os._exit(0)


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
    except FileNotFoundError:
        return []
