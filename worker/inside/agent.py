"""What answers inside the sandbox: loads the student's module and does the calls it is asked for.

Hostile ground: from the first line of the student's code on, anything said here is a claim. It
holds no expected value, no secret and no verdict, so that there is nothing to forge. What it
*reports* besides answers (lines, forgotten coroutines) only ever explains a verdict.

The starter calls `prepare` once for a grading run and `serve` in each check's fresh process.
"""

import asyncio
import contextlib
import os
import re
import sys
import types
import warnings
from typing import Any, NoReturn

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from . import task_locations
from .asgi import Applications
from .connection import Connection
from .program import Program, line_of, load, prepare, run_script
from .proxies import make
from .resources import Furnished, furnish
from .service_client import ServiceClient
from .testing import run_tests

__all__ = ["prepare", "serve"]
PROCESSORS = 4
_CREATED_AT = re.compile(r'File "/w/[^"]+", line (\d+)')


def serve(program: Program, fd: int) -> None:
    """Load the module, then answer calls on socket `fd` until the trusted side hangs up."""
    # What this check starts bears its session, whoever adopts it: so it is told from the others'.
    os.setsid()
    line = Connection(fd)
    furnished = _furnish(line)
    if furnished is None:
        return
    # The same on every host: as many threads and processes as a program starts by itself.
    for name in ("cpu_count", "process_cpu_count"):  # the second since Python 3.13
        if hasattr(os, name):
            setattr(os, name, lambda: PROCESSORS)
    module = load(program, line.send, as_script=furnished.is_script)
    if module is not None:
        _Agent(program, module, line, furnished.peers).run()


def _furnish(line: Connection) -> Furnished | None:
    """Make what the trusted side wishes for and say hello with it; None if it cannot be.

    The kernel attaches our host pid to this frame, before any of the student's code has run.
    """
    try:
        furnished = furnish(line.wait()["resources"])
        line.send_with({"t": "hello"}, furnished.descriptors)
    except EOFError:
        return None
    except OSError as error:
        line.send({"t": "resources_failed", "why": str(error)})
        return None
    for descriptor in furnished.descriptors:
        os.close(descriptor)
    return furnished


class _Agent:
    """One event loop, one module, and the services it may ask."""

    def __init__(
        self, program: Program, module: types.ModuleType, line: Connection, peers: str
    ) -> None:
        self._program, self._module, self._line = program, module, line
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._asker = ServiceClient(line, self._loop, self._on_frames, peers, module)
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._forgotten: list[list[Any]] = []
        self._objects: dict[int, Any] = {}
        self._services: dict[str, Any] = {}
        self._applications = Applications()
        self._alone: list[dict[str, Any]] = []

    def run(self) -> NoReturn:
        warnings.simplefilter("always", RuntimeWarning)
        self._show_warning: Any = warnings.showwarning
        warnings.showwarning = self._on_warning  # type: ignore[assignment]
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.add_reader(self._line.socket, self._on_frames)
        while True:
            # A student's loop.stop() ends run_forever; whoever waits for the call still does.
            self._loop.run_forever()
            while self._alone:
                self._call_alone(self._alone.pop(0))

    def _on_frames(self) -> None:
        self._line.hear(self._on_frame)

    def _on_frame(self, frame: dict[str, Any]) -> None:
        """Take one frame, in the loop's thread or in the ear's."""
        if frame["t"] == "where":
            self._line.send({"t": "where", "places": task_locations.of_tasks(self._loop)})
        elif frame["t"] not in ("call", "request", "cancel"):
            self._asker.on_answer(frame)
        elif self._asker.has_ear:
            self._loop.call_soon_threadsafe(self._do, frame)
        else:
            self._do(frame)

    def _do(self, frame: dict[str, Any]) -> None:
        if frame.get("alone"):
            self._alone.append(frame)
            self._loop.stop()
        elif frame["t"] == "cancel":
            self._cancel(frame["id"])
        else:
            if frame["t"] == "request":
                self._applications.expect(frame["id"])
            self._calls[frame["id"]] = self._loop.create_task(self._call(frame))

    def _cancel(self, number: int) -> None:
        """A caller gives up: the client of a request leaves, a call is cancelled."""
        task = self._calls.get(number)
        if task and not self._applications.leave(number):
            # After its first step: a task cancelled before that would end without a word.
            self._loop.call_soon(task.cancel)

    async def _call(self, frame: dict[str, Any]) -> None:
        function = self._target(frame)
        if not callable(function):
            self._tell_missing(frame["id"])
            return
        try:
            value = await self._value(function, frame)
            answer = self._returned(value, frame)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the answer
            answer = _raised(error)
        # What nobody holds any more goes now, so that a coroutine never awaited is told of.
        value = function = None
        self._tell_end(frame["id"], answer)

    def _call_alone(self, frame: dict[str, Any]) -> None:
        """Do a call as a program's last line does, no event loop running; or run the script."""
        function = self._target(frame) if frame["function"] else None
        if frame["function"] and not callable(function):
            self._tell_missing(frame["id"])
            return
        # As in a fresh interpreter: a loop is made for who asks for one, and may be closed.
        asyncio.set_event_loop_policy(None)
        try:
            value = self._value_alone(function, frame)
            answer = self._returned(value, frame)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the answer
            answer = _raised(error)
        value = function = None
        asyncio.set_event_loop(self._loop)
        self._tell_end(frame["id"], answer)

    def _value_alone(self, function: Any, frame: dict[str, Any]) -> Any:
        if frame.get("tests"):
            return run_tests(self._program)
        if function is None:
            return run_script(self._program, frame["arguments"])
        arguments, named = self._arguments(frame)
        value = function(*arguments, **named)
        return asyncio.run(value) if asyncio.iscoroutine(value) else value

    def _tell_missing(self, number: int) -> None:
        names = [n for n, v in self._module.__dict__.items() if isinstance(v, types.FunctionType)]
        self._calls.pop(number, None)
        self._line.send({"t": "missing", "id": number, "names": names[:50]})

    def _returned(self, value: Any, frame: dict[str, Any]) -> dict[str, Any]:
        form = self._kept(value) if frame.get("keep") else wire.encode(value)
        answer = {"t": "returned", "value": form}
        wire.pack(answer)
        return answer

    def _tell_end(self, number: int, answer: dict[str, Any]) -> None:
        answer["forgotten"] = self._forgotten[:20]
        answer["left"] = task_locations.of_tasks(self._loop, but=set(self._calls.values()))
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the student may have closed or replaced it
                stream.flush()
        self._calls.pop(number, None)
        self._line.send(answer | {"id": number})

    async def _value(self, function: Any, frame: dict[str, Any]) -> Any:
        if frame["t"] == "request":
            return await self._applications.respond(function, frame)
        arguments, named = self._arguments(frame)
        value = function(*arguments, **named)
        return await value if hasattr(value, "__await__") else value

    def _target(self, frame: dict[str, Any]) -> Any:
        """What is called: a name of the module, a kept object, or a method of one."""
        if frame["of"] == 0:
            return self._module.__dict__.get(frame["function"])
        kept = self._objects[frame["of"]]
        return getattr(kept, frame["function"], None) if frame["function"] else kept

    def _kept(self, value: Any) -> dict[str, Any]:
        """Keep an object for later calls, and send only its number."""
        number = len(self._objects) + 1
        self._objects[number] = value
        return {wire.TAG: "object", "id": number, "type": type(value).__name__[:80]}

    def _arguments(self, frame: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        arguments = [wire.decode(form, build=self._build) for form in frame["arguments"]]
        named = frame["named"].items()
        return arguments, {name: wire.decode(form, build=self._build) for name, form in named}

    def _build(self, kept: wire.Stub | wire.Record | wire.Member) -> Any:
        """Return what stands here for what cannot travel: a service, or the student's own class."""
        if isinstance(kept, wire.Stub):
            # One service is one function, however often it is handed over.
            if kept.name not in self._services:
                self._services[kept.name] = make(self._asker, kept.name, kept.kind)
            return self._services[kept.name]
        kind = self._module.__dict__.get(kept.type_name)
        if not isinstance(kind, type):
            raise NameError(f"name '{kept.type_name}' is not defined")
        if isinstance(kept, wire.Member):
            return kind[kept.name]  # type: ignore[index]
        return kind(**kept.fields)

    def _on_warning(self, message: Any, category: Any, *rest: Any) -> None:
        words = str(message)
        if category is RuntimeWarning and "was never awaited" in words:
            name = words.partition("'")[2].partition("'")[0]
            lines = _CREATED_AT.findall(words)
            self._forgotten.append([name[:80], int(lines[-1]) if lines else None])
        else:
            self._show_warning(message, category, *rest)


def _raised(error: BaseException) -> dict[str, Any]:
    return {"t": "raised", "error": wire.failure(error, line=line_of(error))}
