"""At what a task waits: the line of the program, and what it awaits there."""

import asyncio
from collections.abc import Mapping
from typing import Any

from .program import FOLDER, WireLine, line_in

_SLEEP = asyncio.sleep.__code__
_MOST_STEPS = 100
_FRAMES = ("cr_frame", "gi_frame", "ag_frame")
_AWAITED = ("cr_await", "gi_yieldfrom", "ag_await")


def find_wait(task: "asyncio.Task[Any]", numbers: "Mapping[asyncio.Task[Any], int]") -> list[Any]:
    """Return [line, what, seconds, other] for a task that is not done.

    line     The innermost line of the program's on the chain of awaits.
    what     The function of a library that this line awaits, as "Queue.get"; "task" if it awaits
             another task, "Future" or the like if it awaits such a thing itself.
    seconds  Of asyncio.sleep(); None for anything else.
    other    The number of the task that it awaits; 0 for anything else.
    """
    line, what, seconds = _follow(task.get_coro())
    awaited = getattr(task, "_fut_waiter", None)
    if isinstance(awaited, asyncio.Task) and not what:
        return [line, "task", None, numbers.get(awaited, 0)]
    if not what and awaited is not None:
        what = "gather" if "Gathering" in type(awaited).__name__ else type(awaited).__name__
    return [line, what[:80], seconds, 0]


def _follow(coroutine: Any) -> tuple[WireLine, str, float | None]:
    line: WireLine = None
    what, seconds = "", None
    for _ in range(_MOST_STEPS):
        frame = _first(coroutine, _FRAMES)
        if frame is None:
            break
        if frame.f_code.co_filename.startswith(FOLDER):
            line, what, seconds = line_in(frame, frame.f_lineno), "", None
        elif not what or what.startswith("_"):
            what = getattr(frame.f_code, "co_qualname", frame.f_code.co_name)
            if frame.f_code is _SLEEP:
                seconds = _seconds(frame.f_locals.get("delay"))
        coroutine = _first(coroutine, _AWAITED)
    return line, what, seconds


def _first(coroutine: Any, names: tuple[str, ...]) -> Any:
    return next((found for name in names if (found := getattr(coroutine, name, None))), None)


def _seconds(delay: Any) -> float | None:
    is_number = type(delay) in (int, float) and 0 <= delay < 1e6
    return round(float(delay), 6) if is_number else None
