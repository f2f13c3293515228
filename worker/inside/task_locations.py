"""The lines at which the student's program waits: they explain a verdict and never decide one."""

import asyncio
import faulthandler
import inspect
import signal
import sys
import traceback
import types
from typing import Any

from .program import WireLine, line_at, line_in
from .seccomp import STACK_SIGNAL

_MOST = 20


def register_stack_dumps(descriptor: int) -> None:
    """Have the interpreter write the main thread's stack there, without running any Python.

    It does so when the trusted side sends STACK_SIGNAL, and when the processor time is used up
    (SIGXCPU), which then ends the process as usual.
    """
    faulthandler.register(STACK_SIGNAL, file=descriptor, all_threads=False)
    faulthandler.register(signal.SIGXCPU, file=descriptor, all_threads=False, chain=True)


def list_tasks(
    loop: asyncio.AbstractEventLoop, exclude: "set[asyncio.Task[None]] | None" = None
) -> list[list[Any]]:
    """Return [name, line] of the student's tasks that are not done, at most 20."""
    tasks = [task for task in asyncio.all_tasks(loop) if task not in (exclude or ())]
    return [[_name(task), _innermost(task.get_coro())] for task in tasks[:_MOST]]


def list_threads() -> list[list[Any]]:
    """Return [name, line] of the functions of the student's that threads are in, at most 20."""
    found: list[list[Any]] = []
    for innermost in list(sys._current_frames().values())[:_MOST]:
        frame: types.FrameType | None = innermost
        while frame is not None and line_in(frame, frame.f_lineno) is None:
            frame = frame.f_back
        if frame is not None:
            found.append([frame.f_code.co_name[:80], line_in(frame, frame.f_lineno)])
    return found


def list_unstarted(error: BaseException) -> list[list[Any]]:
    """Return [name, line] of coroutines made in the functions that an error left, and not begun.

    Python warns of one that was never awaited when it is freed; the error's traceback may keep it
    until after the answer. What a task will begin in its next step is left out.
    """
    begun = {id(task.get_coro()) for task in asyncio.all_tasks()}
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    values = [value for frame in frames for value in frame.f_locals.values()]
    found = {
        id(value): value
        for value in values
        if isinstance(value, types.CoroutineType) and id(value) not in begun
    }
    return [
        [value.__qualname__[:80], line_at(*value.cr_origin[0][:2]) if value.cr_origin else None]
        for value in list(found.values())[:_MOST]
        if inspect.getcoroutinestate(value) == inspect.CORO_CREATED
    ]


def _name(task: "asyncio.Task[Any]") -> str:
    return str(getattr(_unwrapped(task.get_coro()), "__qualname__", "?"))[:80]


def _innermost(coroutine: Any) -> WireLine:
    """Follow the chain of awaits; return the innermost line of the student's files on it."""
    line: WireLine = None
    steps = 0
    while coroutine is not None and steps < 100:
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        if isinstance(frame, types.FrameType):
            line = line_in(frame, frame.f_lineno) or line
        coroutine = getattr(coroutine, "cr_await", None) or getattr(coroutine, "gi_yieldfrom", None)
        steps += 1
    return line


def _unwrapped(coroutine: Any) -> Any:
    """Skip our own coroutines at the head of a call, so that the name is the student's."""
    while getattr(coroutine, "__qualname__", "").startswith(("_Agent.", "ModuleServer.")):
        awaited = getattr(coroutine, "cr_await", None)
        if awaited is None:
            break
        coroutine = awaited
    return coroutine
