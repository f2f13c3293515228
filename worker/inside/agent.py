"""The agent inside the sandbox: loads the student's module and makes the requested calls.

This process is hostile: once the student's code has begun to run, everything it sends is a claim.
It holds no expected value, no secret and no verdict, so there is nothing to forge. What it reports
besides answers (lines, coroutines never awaited) only explains a verdict.

The starter calls `prepare` once for a grading run and `serve` in each check's own process.
"""

import asyncio
import contextlib
import os
import sys
import types
import warnings
from typing import Any, NoReturn

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from . import task_locations, task_waits
from .asgi import Applications
from .connection import Connection
from .module_server import ModuleServer
from .program import (
    Program,
    line_of,
    line_of_definition,
    load,
    prepare,
    run_script,
)
from .proxies import exit_arguments, make_proxy
from .resources import Resources, make_resources
from .service_client import ServiceClient
from .testing import run_test, run_tests
from .tracing import run_traced
from .unawaited import find_unawaited

__all__ = ["prepare", "serve"]
PROCESSORS = 4


def serve(program: Program, fd: int) -> None:
    """Load the module, then answer calls on socket `fd` until the trusted side closes it."""
    # All that this check starts carries its session, even when adopted, which identifies the check.
    os.setsid()
    connection = Connection(fd)
    resources = _make_resources(connection)
    if resources is None:
        return
    # The same on every host: programs start as many threads and processes by default.
    for name in ("cpu_count", "process_cpu_count"):  # the second since Python 3.13
        if hasattr(os, name):
            setattr(os, name, lambda: PROCESSORS)
    module = load(program, connection.send, as_script=resources.is_script)
    if module is not None and resources.is_module:
        ModuleServer(connection, program).run()
    if module is not None and resources.is_traced:
        run_traced(program, connection)
    elif module is not None:
        _Agent(program, module, connection, resources.peers).run()


def _make_resources(connection: Connection) -> Resources | None:
    """Make the requested resources and send them with `hello`; None if that failed.

    The kernel attaches our host pid to this frame, before any of the student's code has run.
    """
    try:
        resources = make_resources(connection.receive_first()["resources"])
        connection.send_with_descriptors({"t": "hello"}, resources.descriptors)
    except EOFError:
        return None
    except OSError as error:
        connection.send({"t": "resources_failed", "why": str(error)})
        return None
    for descriptor in resources.descriptors:
        os.close(descriptor)
    return resources


class _Agent:
    """One event loop, one module, and the services it may call."""

    def __init__(
        self, program: Program, module: types.ModuleType, connection: Connection, peers: str
    ) -> None:
        self._program, self._module, self._connection = program, module, connection
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._services = ServiceClient(connection, self._loop, self._on_frames, peers, module)
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._forgotten: list[list[Any]] = []
        self._objects: dict[int, Any] = {}
        self._proxies: dict[str, Any] = {}
        self._applications = Applications()
        self._without_loop: list[dict[str, Any]] = []

    def run(self) -> NoReturn:
        warnings.simplefilter("always", RuntimeWarning)
        self._show_warning: Any = warnings.showwarning
        warnings.showwarning = self._on_warning  # type: ignore[assignment]
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.add_reader(self._connection.socket, self._on_frames)
        while True:
            # A student's loop.stop() ends run_forever; the calls in progress still have to finish.
            self._loop.run_forever()
            while self._without_loop:
                self._call_without_loop(self._without_loop.pop(0))

    def _on_frames(self) -> None:
        self._connection.dispatch(self._on_frame)

    def _on_frame(self, frame: dict[str, Any]) -> None:
        """Handle one frame, in the loop's thread or in the listener thread."""
        if frame["t"] == "where":
            self._connection.send({"t": "where", **task_waits.describe(self._loop)})
        elif frame["t"] not in ("call", "request", "cancel", "ping"):
            self._services.on_answer(frame)
        else:
            act = self._answer_ping if frame["t"] == "ping" else self._start_call
            if self._services.has_listener:
                self._loop.call_soon_threadsafe(act, frame)
            else:
                act(frame)

    def _answer_ping(self, frame: dict[str, Any]) -> None:
        """Show that the loop goes round; in its own thread, whichever reads the connection."""
        self._connection.send({"t": "pong", "number": frame["number"]})

    def _start_call(self, frame: dict[str, Any]) -> None:
        if frame.get("alone"):
            self._without_loop.append(frame)
            self._loop.stop()
        elif frame["t"] == "cancel":
            self._cancel(frame["id"])
        else:
            if frame["t"] == "request":
                self._applications.expect(frame)
            self._calls[frame["id"]] = self._loop.create_task(self._call(frame))

    def _cancel(self, number: int) -> None:
        """Cancel a call, or disconnect the client of a request."""
        task = self._calls.get(number)
        if task and not self._applications.disconnect(number):
            # After its first step: a task cancelled before that would end without an answer.
            self._loop.call_soon(task.cancel)

    async def _call(self, frame: dict[str, Any]) -> None:
        function = self._target(frame)
        if not callable(function):
            self._send_missing(frame["id"])
            return
        try:
            value = await self._value(function, frame)
            answer = self._returned(value, frame)
            answer["defined"] = line_of_definition(function)
        except BaseException as error:  # noqa: BLE001  any exception is the answer
            answer = _raised(error)
            self._forgotten += task_locations.list_unstarted(error)
        # Drop the references now, so that Python warns of a coroutine that was never awaited.
        value = function = None
        self._send_answer(frame["id"], answer)

    def _call_without_loop(self, frame: dict[str, Any]) -> None:
        """Make a call with no event loop running, as a script does; or run the script."""
        function = self._target(frame) if frame["function"] else None
        if frame["function"] and not callable(function):
            self._send_missing(frame["id"])
            return
        # As in a fresh interpreter: get_event_loop() makes a loop, which the program may close.
        asyncio.set_event_loop_policy(None)
        try:
            value = self._value_without_loop(function, frame)
            answer = self._returned(value, frame)
            answer["defined"] = line_of_definition(function)
        except BaseException as error:  # noqa: BLE001  any exception is the answer
            answer = _raised(error)
        value = function = None
        asyncio.set_event_loop(self._loop)
        self._send_answer(frame["id"], answer)

    def _value_without_loop(self, function: Any, frame: dict[str, Any]) -> Any:
        if tests := frame.get("tests"):
            return run_tests(self._program) if tests is True else run_test(self._program, tests)
        if function is None:
            return run_script(self._program, frame["arguments"])
        arguments, named = self._arguments(frame)
        value = function(*arguments, **named)
        return asyncio.run(value) if asyncio.iscoroutine(value) else value

    def _send_missing(self, number: int) -> None:
        names = [n for n, v in self._module.__dict__.items() if isinstance(v, types.FunctionType)]
        self._calls.pop(number, None)
        self._connection.send({"t": "missing", "id": number, "names": names[:50]})

    def _returned(self, value: Any, frame: dict[str, Any]) -> dict[str, Any]:
        form = self._store(value) if frame.get("keep") else wire.encode(value)
        answer = {"t": "returned", "value": form}
        wire.pack(answer)
        return answer

    def _send_answer(self, number: int, answer: dict[str, Any]) -> None:
        answer["forgotten"] = self._forgotten[:20]
        answer["left"] = task_locations.list_tasks(self._loop, exclude=set(self._calls.values()))
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the student may have closed or replaced it
                stream.flush()
        self._calls.pop(number, None)
        self._connection.send(answer | {"id": number})

    async def _value(self, function: Any, frame: dict[str, Any]) -> Any:
        if frame["t"] == "request":
            sends_to = wire.decode(frame.get("sends_to"), build=self._build)
            return await self._applications.respond(function, frame, sends_to)
        arguments, named = self._arguments(frame)
        value = function(*arguments, **named)
        return await value if hasattr(value, "__await__") else value

    def _target(self, frame: dict[str, Any]) -> Any:
        """Return what to call: a name of the module, a stored object, or a method of one."""
        if frame["of"] == 0:
            return self._module.__dict__.get(frame["function"])
        stored = self._objects[frame["of"]]
        return getattr(stored, frame["function"], None) if frame["function"] else stored

    def _store(self, value: Any) -> dict[str, Any]:
        """Store an object for later calls, and return a reference to send in its place."""
        number = len(self._objects) + 1
        self._objects[number] = value
        return {wire.TAG: "object", "id": number, "type": type(value).__name__[:80]}

    def _arguments(self, frame: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        if frame.get("leaving"):
            return exit_arguments(*frame["leaving"]), {}
        arguments = [wire.decode(form, build=self._build) for form in frame["arguments"]]
        named = frame["named"].items()
        return arguments, {name: wire.decode(form, build=self._build) for name, form in named}

    def _build(self, marker: wire.Stub | wire.Record | wire.Member) -> Any:
        """Return the object that a marker stands for: a service, or a class of the student's."""
        if isinstance(marker, wire.Stub):
            # One service is one function, however often it is passed.
            if marker.name not in self._proxies:
                self._proxies[marker.name] = make_proxy(self._services, marker.name, marker.kind)
            return self._proxies[marker.name]
        kind = self._module.__dict__.get(marker.type_name)
        if not isinstance(kind, type):
            raise NameError(f"name '{marker.type_name}' is not defined")
        if isinstance(marker, wire.Member):
            return kind[marker.name]  # type: ignore[index]
        return kind(**marker.fields)

    def _on_warning(self, message: Any, category: Any, *rest: Any) -> None:
        if found := find_unawaited(message, category):
            self._forgotten.append(found)
        else:
            self._show_warning(message, category, *rest)


def _raised(error: BaseException) -> dict[str, Any]:
    return {"t": "raised", "error": wire.failure(error, line=line_of(error))}
