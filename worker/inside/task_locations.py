"""Where the student's program is, by lines of its file: explains a verdict, never decides one."""

import asyncio
import faulthandler
import signal
import types
from typing import Any

from .program import FOLDER
from .seccomp import WHERE

_MOST = 20


def write_stacks(descriptor: int) -> None:
    """Have the interpreter write the main thread's stack there, without running any Python.

    When the trusted side asks by the signal WHERE, and when the processor time is over: then the
    process dies of that as ever, but writes first where it was.
    """
    faulthandler.register(WHERE, file=descriptor, all_threads=False)
    faulthandler.register(signal.SIGXCPU, file=descriptor, all_threads=False, chain=True)


def of_tasks(
    loop: asyncio.AbstractEventLoop, but: "set[asyncio.Task[None]] | None" = None
) -> list[list[Any]]:
    """Return [name, line] of every task of the student's that is not done."""
    tasks = [task for task in asyncio.all_tasks(loop) if task not in (but or ())]
    return [[_name(task), _innermost(task.get_coro())] for task in tasks[:_MOST]]


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
