"""Who waits for whom or for what when the program stands still: it explains and decides nothing."""

import ast
import asyncio
import types
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from .program import FOLDER, WireLine, line_in
from .task_locations import list_tasks

_MOST = 20
_PLAIN = (int, str, float, bool, types.NoneType)
_KINDS: "tuple[tuple[type, str], ...]" = (
    (asyncio.Lock, "lock"),
    (asyncio.Semaphore, "semaphore"),
    (asyncio.Event, "event"),
    (asyncio.Condition, "condition"),
    (asyncio.Barrier, "barrier"),
)


def describe(loop: asyncio.AbstractEventLoop) -> "dict[str, Any]":
    """Return where the student's tasks wait, for what, and what is held, as a frame's content."""
    waits: list[list[Any]] = []
    holds: list[list[Any]] = []
    with suppress(Exception):  # objects of the student's may do anything when they are looked at
        waits, holds = list_waits(loop)
    return {"places": list_tasks(loop), "waits": waits, "holds": holds}


def list_waits(loop: asyncio.AbstractEventLoop) -> "tuple[list[list[Any]], list[list[Any]]]":
    """Return what the student's tasks wait for, and who holds the locks among it; 20 each at most.

    A wait is [task, line, kind, name of the object, tasks waited for], a hold [task, line, name].
    """
    tasks = list(asyncio.all_tasks(loop))[:_MOST]
    frames = {task: list(_frames(task.get_coro())) for task in tasks}
    waits: list[list[Any]] = []
    locks: dict[int, tuple[Any, str]] = {}
    for task in tasks:
        kind, wanted, others = _wanted(task, frames[task])
        name = _name_of(wanted, frames[task])
        if kind in ("lock", "semaphore") and wanted is not None:
            locks[id(wanted)] = wanted, name
        labels = [_label(other, frames) for other in others]
        waits.append([_label(task, frames), _line(frames[task]), kind, name, labels])
    holds = [
        [_label(task, frames), line, name]
        for lock, name in locks.values()
        for task in tasks
        if (line := _held_from(frames[task], lock))
    ]
    return waits[:_MOST], holds[:_MOST]


def _frames(coroutine: Any) -> "Iterator[types.FrameType]":
    """Follow the chain of awaits, the outermost frame first."""
    for _ in range(100):
        frame = getattr(coroutine, "cr_frame", None) or getattr(coroutine, "gi_frame", None)
        frame = frame or getattr(coroutine, "ag_frame", None)
        if isinstance(frame, types.FrameType):
            yield frame
        coroutine = (
            getattr(coroutine, "cr_await", None)
            or getattr(coroutine, "gi_yieldfrom", None)
            or getattr(coroutine, "ag_await", None)
        )


def _is_theirs(frame: types.FrameType) -> bool:
    return frame.f_code.co_filename.startswith(FOLDER)


def _line(frames: "list[types.FrameType]") -> WireLine:
    own = [frame for frame in frames if _is_theirs(frame)]
    return line_in(own[-1], own[-1].f_lineno) if own else None


def _label(task: Any, frames: "dict[Any, list[types.FrameType]]") -> str:
    """Name a task as a call: its function, with what plain values it was given first."""
    own = [frame for frame in frames.get(task, ()) if _is_theirs(frame)]
    if not own:
        return str(getattr(getattr(task, "get_coro", lambda: None)(), "__name__", "?"))[:40]
    code, values = own[0].f_code, own[0].f_locals
    names = code.co_varnames[: code.co_argcount]
    given = [values.get(name) for name in names if type(values.get(name)) in _PLAIN]
    arguments = ", ".join(repr(value)[:12] for value in given[:2])
    return f"{code.co_name}({arguments})"[:60]


def _wanted(
    task: "asyncio.Task[Any]", frames: "list[types.FrameType]"
) -> "tuple[str, Any, list[Any]]":
    """Return the kind of what a task waits for, the object, and the tasks if it is tasks."""
    inner = frames[_last_of_theirs(frames) + 1 :]
    for frame in inner:
        awaited = frame.f_locals.get("self")
        if isinstance(awaited, asyncio.Queue):
            name = frame.f_code.co_name
            return (name if name in ("get", "put", "join") else "queue"), awaited, []
        if isinstance(awaited, asyncio.TaskGroup):
            group: Any = awaited
            return "tasks", None, [one for one in group._tasks if not one.done()][:_MOST]
        for one, kind in _KINDS:
            if isinstance(awaited, one):
                return kind, awaited, []
        if frame.f_code.co_name in ("wait", "_wait") and isinstance(frame.f_locals.get("fs"), set):
            return "tasks", None, _unfinished(frame.f_locals["fs"])
    waiter = getattr(task, "_fut_waiter", None)
    if isinstance(waiter, asyncio.Task):
        return "tasks", None, [waiter]
    if children := _unfinished(getattr(waiter, "_children", None) or ()):
        return "tasks", None, children
    if not inner:
        return "future", waiter, []
    # A service's answer comes by a future of ours, which the program does not know.
    is_ours = inner[-1].f_code.co_filename.endswith("service_client.py")
    return ("answer" if is_ours else "other"), None, []


def _last_of_theirs(frames: "list[types.FrameType]") -> int:
    return max((at for at, frame in enumerate(frames) if _is_theirs(frame)), default=-1)


def _unfinished(futures: Any) -> "list[Any]":
    return [one for one in futures if isinstance(one, asyncio.Task) and not one.done()][:_MOST]


def _name_of(wanted: Any, frames: "list[types.FrameType]") -> str:
    """Return the name by which the student's code knows an object; empty if it has none."""
    if wanted is None:
        return ""
    for frame in reversed(frames):
        if _is_theirs(frame):
            for name, value in [*frame.f_locals.items(), *frame.f_globals.items()]:
                if value is wanted:
                    return str(name)[:40]
            for name, value in getattr(frame.f_locals.get("self"), "__dict__", {}).items():
                if value is wanted:
                    return f"self.{name}"[:40]
    return ""


def _held_from(frames: "list[types.FrameType]", lock: Any) -> WireLine:
    """Return the line at which a task took a lock that it has not let go, by its source."""
    for frame in frames:
        if _is_theirs(frame):
            for line in _find_acquiring(frame, lock):
                return line_in(frame, line)
    return None


def _find_acquiring(frame: types.FrameType, lock: Any) -> "Iterator[int]":
    try:
        tree = ast.parse(Path(frame.f_code.co_filename).read_text("utf-8"))
    except (OSError, SyntaxError, ValueError):
        return
    now = frame.f_lineno
    for function in ast.walk(tree):
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        if (function.name, function.lineno) != _definition(frame, function):
            continue
        yield from _of_blocks(function, frame, lock, now)
        taken = [call.lineno for call in _calls(function, frame, lock, "acquire")]
        freed = [call.lineno for call in _calls(function, frame, lock, "release")]
        before = max((line for line in taken if line < now), default=0)
        if before and not any(before < line < now for line in freed):
            yield before


def _definition(frame: types.FrameType, function: ast.AsyncFunctionDef) -> "tuple[str, int]":
    """Return name and line of the frame's function; with decorators it begins at the first one."""
    first = min([function.lineno, *(one.lineno for one in function.decorator_list)])
    is_it = frame.f_code.co_firstlineno == first
    return frame.f_code.co_name, function.lineno if is_it else 0


def _of_blocks(
    function: ast.AsyncFunctionDef, frame: types.FrameType, lock: Any, now: int
) -> "Iterator[int]":
    for block in ast.walk(function):
        if isinstance(block, ast.AsyncWith) and block.body[0].lineno <= now <= _end(block):
            for item in block.items:
                if _value(item.context_expr, frame) is lock:
                    yield block.lineno


def _calls(
    function: ast.AsyncFunctionDef, frame: types.FrameType, lock: Any, verb: str
) -> "Iterator[ast.Call]":
    for call in ast.walk(function):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
            is_verb = call.func.attr == verb
            if is_verb and _value(call.func.value, frame) is lock:
                yield call


def _end(block: ast.AsyncWith) -> int:
    return block.end_lineno or block.lineno


def _value(expression: ast.expr, frame: types.FrameType) -> Any:
    """Return the object that a name, or an attribute of `self`, stands for; None for the rest."""
    if isinstance(expression, ast.Name):
        return frame.f_locals.get(expression.id, frame.f_globals.get(expression.id))
    if isinstance(expression, ast.Attribute) and isinstance(expression.value, ast.Name):
        holder = frame.f_locals.get(expression.value.id)
        return getattr(holder, "__dict__", {}).get(expression.attr)
    return None
