"""Runs a script and reports what its event loops did: for the playground, never for a verdict.

All of it is the program's own account, since this code shares the process with the student's. It
patches asyncio in this process only:

  BaseEventLoop.create_task       tasks: where they were created, and by which task
  Handle._run                     steps: when a task ran, where it waits then, how it ended
  BaseEventLoop.run_in_executor   functions that run in threads
  runners._cancel_all_tasks       tasks that were left running when main() was over

A thread looks every INTERVAL_SECONDS where a long step is, and sends what has been collected, so
that a program that is killed leaves its events behind.
"""

import _thread
import asyncio
import functools
import gc
import os
import select
import sys
import traceback
import warnings
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from time import monotonic, process_time, sleep, thread_time
from typing import Any, cast
from weakref import WeakKeyDictionary

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from .connection import Connection
from .program import (
    FOLDER,
    Program,
    line_of,
    line_of_definition,
    run_script,
    student_line,
)
from .trace_log import TraceLog
from .unawaited import find_unawaited
from .waiting import find_wait

INTERVAL_SECONDS = 0.01
BLOCKED_SECONDS = 0.05
_LOOPS_OWN = ("BaseEventLoop.shutdown_asyncgens", "BaseEventLoop.shutdown_default_executor")
_START_OF_UNRETRIEVED = "Task exception was never retrieved"


def run_traced(program: Program, connection: Connection) -> None:
    """Run the program's main file as a script, and report all that its event loops do."""
    log = TraceLog(connection)
    tracer = _Tracer(log)
    tracer.install()
    process, status = os.getpid(), cast(Any, 0)
    failure = None
    try:
        status = run_script(program, [])
    except BaseException as error:  # noqa: BLE001  whatever ends a script is part of the picture
        status, failure = 1, wire.failure(error, line=line_of(error))
        _print_as_python_does(error)
        error.__traceback__ = None
    gc.collect()  # Python warns of coroutines that were never awaited when they are deleted
    tracer.finish()
    if os.getpid() != process:  # a child that forgot to exit would report the end of its parent
        os._exit(1 if failure else 0)
    if type(status) is not int:  # sys.exit("text") prints the text and exits with 1
        sys.stderr.write(f"{status}\n")
        status = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    connection.send({"t": "ended", "at": tracer.now(), "status": status & 255, "error": failure})
    # The trusted side looks at the process once more, and closes the connection.
    select.select([connection.socket], [], [])


def _print_as_python_does(error: BaseException) -> None:
    """Print the traceback from the program's first frame on."""
    step = error.__traceback__
    while step is not None and not step.tb_frame.f_code.co_filename.startswith(FOLDER):
        step = step.tb_next
    traceback.print_exception(error.with_traceback(step))


class _Step:
    """One callback of an event loop while it runs.

    lines  Lines of the program at which it was seen, and how often.
    seen   How often it was looked at, with or without such a line.
    """

    def __init__(self, task: "asyncio.Task[Any] | None", number: int, began: float) -> None:
        self.task, self.number, self.began = task, number, began
        # The clock of another thread cannot be read here: the C library has the zygote's number.
        self.cpu_at_start, self.process_cpu_at_start = thread_time(), process_time()
        self.lines: Counter[Any] = Counter()
        self.seen = 0


class _Tracer:
    """Watches the event loops of this process."""

    def __init__(self, log: TraceLog) -> None:
        self._log, self._start = log, monotonic()
        self._numbers: WeakKeyDictionary[asyncio.Task[Any], int] = WeakKeyDictionary()
        # By id: garbage collection clears weak references before it calls a task's finalizer.
        self._numbers_by_id: dict[int, int] = {}
        self._created: deque[tuple[asyncio.Task[Any], list[Any]]] = deque()
        self._steps: dict[int, _Step] = {}  # by thread
        self._loops: list[asyncio.AbstractEventLoop] = []
        self._count = 0
        log.add("began", self._start)

    def now(self) -> float:
        """Return the seconds since the program began."""
        return round(monotonic() - self._start, 6)

    def install(self) -> None:
        """Patch asyncio, have warnings reported, and start the thread that looks."""
        warnings.simplefilter("always", RuntimeWarning)
        self._show_warning: Any = warnings.showwarning
        warnings.showwarning = self._on_warning  # type: ignore[assignment]
        loop_type: Any = asyncio.base_events.BaseEventLoop
        self._patch(loop_type, "create_task", self._create_task)
        self._patch(loop_type, "run_in_executor", self._run_in_executor)
        self._patch(loop_type, "call_exception_handler", self._call_exception_handler)
        self._patch(asyncio.events.Handle, "_run", self._run_handle)
        self._patch(asyncio.runners, "_cancel_all_tasks", self._cancel_all_tasks)
        _thread.start_new_thread(self._look, ())  # unlike threading's, in no list of threads

    def finish(self) -> None:
        """Report the tasks that are still there, and send everything."""
        for loop in self._loops:
            self._report_left(loop)
        self._announce()
        self._log.flush()

    @staticmethod
    def _patch(owner: Any, name: str, replacement: Any) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def patched(*args: Any, **named: Any) -> Any:
            return replacement(original, *args, **named)

        setattr(owner, name, patched)

    def _create_task(self, original: Any, loop: Any, coroutine: Any, **named: Any) -> Any:
        task = original(loop, coroutine, **named)
        if loop not in self._loops:
            self._loops.append(loop)
        if getattr(coroutine, "__qualname__", "") not in _LOOPS_OWN:
            self._number_of(task, student_line(sys._getframe(1)))
        return task

    def _number_of(self, task: "asyncio.Task[Any]", line: Any = None) -> int:
        """Return the task's number, counted from 1; a new one is reported, soon."""
        if task not in self._numbers:
            self._count += 1
            self._numbers[task] = self._numbers_by_id[id(task)] = self._count
            step = self._steps.get(_thread.get_ident())
            name = str(getattr(task.get_coro(), "__qualname__", "?"))[:80]
            about = [self._count, self.now(), name, line, step.number if step else 0]
            # A TaskGroup names its tasks after it has created them.
            self._created.append((task, about))
        return self._numbers[task]

    def _announce(self) -> None:
        while self._created:
            task, about = self._created.popleft()
            self._log.add("task", *about, task.get_name()[:80])

    def _run_handle(self, original: Any, handle: Any) -> None:
        owner = getattr(handle._callback, "__self__", None)
        task = owner if isinstance(owner, asyncio.Task) else None
        if task is not None and getattr(task.get_coro(), "__qualname__", "") in _LOOPS_OWN:
            task = None
        self._announce()
        thread = _thread.get_ident()
        before = self._steps.get(thread)
        step = _Step(task, self._number_of(task) if task else 0, self.now())
        self._steps[thread] = step
        try:
            original(handle)
        finally:
            if before is None:
                self._steps.pop(thread, None)
            else:
                self._steps[thread] = before
            self._end_step(step)

    def _end_step(self, step: _Step) -> None:
        self._report_block(step, thread_time() - step.cpu_at_start)
        task = step.task
        if task is None:
            return
        self._announce()
        now = self.now()
        if task.done():
            self._log.add("step", step.number, step.began, now, None, cut_at=now)
            self._log.add("end", step.number, now, *_ending(task))
        else:
            wait = find_wait(task, self._numbers)
            self._log.add("step", step.number, step.began, now, wait, cut_at=now)

    def _report_block(self, step: _Step, cpu_seconds: float) -> None:
        """Report a step that kept its loop to itself for long.

        The trusted side knows for how long of it the machine kept this process from running.
        """
        now = self.now()
        if now - step.began >= BLOCKED_SECONDS:
            line = step.lines.most_common(1)[0][0] if step.lines else None
            # Lines of other files than the first are lists on the wire, and tuples here.
            line = list(line) if isinstance(line, tuple) else line
            self._log.add("block", step.number, step.began, now, round(cpu_seconds, 6), line)

    def _look(self) -> None:
        """Look where long steps are, for as long as the process lives."""
        looks = 0
        while True:
            sleep(INTERVAL_SECONDS)
            looks += 1
            for thread, step in list(self._steps.items()):
                step.seen += 1
                line = student_line(sys._current_frames().get(thread))
                if line is not None and self._steps.get(thread) is step:
                    step.lines[tuple(line) if isinstance(line, list) else line] += 1
                if step.seen % 20 == 0:  # it may never end, and be killed
                    self._report_block(step, process_time() - step.process_cpu_at_start)
            if looks % 5 == 0:
                self._log.flush()

    def _run_in_executor(
        self, original: Any, loop: Any, executor: Any, function: Any, *args: Any
    ) -> Any:
        if not callable(function) or not (
            executor is None or isinstance(executor, ThreadPoolExecutor)
        ):
            return original(loop, executor, function, *args)
        self._count += 1
        number, called = self._count, _called_in_thread(function)
        line = line_of_definition(called) or student_line(sys._getframe(1))
        step = self._steps.get(_thread.get_ident())
        name = str(getattr(called, "__qualname__", "?"))[:80]
        now, parent = self.now(), step.number if step else 0
        self._log.add("thread", number, now, name, line, parent)

        def in_thread(*args: Any) -> Any:
            began = self.now()
            try:
                return function(*args)
            finally:
                now = self.now()
                self._log.add("ran", number, began, now, cut_at=now)

        return original(loop, executor, in_thread, *args)

    def _call_exception_handler(self, original: Any, loop: Any, context: Any) -> None:
        task = context.get("future")
        if isinstance(task, asyncio.Task) and str(context.get("message")) == _START_OF_UNRETRIEVED:
            number = self._numbers_by_id.get(id(task))
            if number is None:
                number = self._number_of(task)
            self._announce()
            self._log.add("unretrieved", number)
        original(loop, context)

    def _cancel_all_tasks(self, original: Any, loop: Any) -> None:
        self._report_left(loop)
        original(loop)

    def _report_left(self, loop: Any) -> None:
        left = [self._number_of(task) for task in asyncio.all_tasks(loop)]
        self._announce()
        for number in left:
            self._log.add("left", number, self.now())

    def _on_warning(self, message: Any, category: Any, *rest: Any) -> None:
        if found := find_unawaited(message, category):
            self._log.add("forgotten", *found)
            # Without the stack that Python adds: it begins with our own frames.
            message = category(str(message).partition("\n")[0])
        self._show_warning(message, category, *rest)


def _ending(task: "asyncio.Task[Any]") -> list[Any]:
    """Return how a task ended, its exception's type and message, and the line of it."""
    if task.cancelled():
        return ["cancelled", "", "", None]
    # Not exception(), which would count as retrieving it.
    error = getattr(task, "_exception", None)
    if error is None:
        return ["returned", "", "", None]
    failure = wire.failure(error, line=line_of(error))
    return ["raised", failure["type"], failure["message"][:300], failure["line"]]


def _called_in_thread(function: Any) -> Any:
    """Return the program's function; to_thread() wraps it, to run it in the same context."""
    if isinstance(function, functools.partial):
        owner = getattr(function.func, "__self__", None)
        return function.args[0] if isinstance(owner, Context) and function.args else function.func
    return function
