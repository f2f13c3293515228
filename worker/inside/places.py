"""Where the student's program is, by lines of its file: explains a verdict, never decides one."""

import asyncio
import faulthandler
import os
import re
import signal
import types
from typing import Any

from .program import FOLDER

_LINE = re.compile(rf'File "{FOLDER}[^"]*", line (\d+)')
_MOST = 20


class Places:
    """Names and lines of what waits, and of what was caught blocking the loop.

    The trusted side sends SIGUSR2 when it sees the loop's thread asleep outside the loop; the
    interpreter then writes its stack into a pipe, without running any Python.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._reading, self._writing = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        faulthandler.register(signal.SIGUSR2, file=self._writing, all_threads=False)

    def of_tasks(self, but: "set[asyncio.Task[None]] | None" = None) -> list[list[Any]]:
        """Return [name, line] of every task of the student's that is not done."""
        tasks = [task for task in asyncio.all_tasks(self._loop) if task not in (but or ())]
        return [[_name(task), _innermost(task.get_coro())] for task in tasks[:_MOST]]

    def of_blocking(self) -> list[int]:
        """Return the lines at which the loop was caught blocked, the innermost of each time."""
        try:
            said = os.read(self._reading, 65_536).decode("utf-8", "replace")
        except BlockingIOError:
            return []
        stacks = said.split("Stack (most recent")
        found = [_LINE.search(stack) for stack in stacks]
        return [int(match[1]) for match in found if match][:_MOST]


def _name(task: "asyncio.Task[Any]") -> str:
    return str(getattr(_unwrapped(task.get_coro()), "__qualname__", "?"))[:80]


def _innermost(coroutine: Any) -> int | None:
    """Return the innermost line of the student's file on the chain of what awaits what."""
    line, steps = None, 0
    while coroutine is not None and steps < 100:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if isinstance(frame, types.FrameType) and frame.f_code.co_filename.startswith(FOLDER):
            line = frame.f_lineno
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
        steps += 1
    return line


def _unwrapped(coroutine: Any) -> Any:
    """Skip our own coroutines at the head of a call: the name is to be the student's."""
    while getattr(coroutine, "__qualname__", "").startswith("_Agent."):
        awaited = getattr(coroutine, "cr_await", None)
        if awaited is None:
            break
        coroutine = awaited
    return coroutine
