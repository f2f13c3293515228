"""Serves the submission as a module: each use of it by a plain suite is a request to this process.

One request at a time in each of the suite's threads, which have a thread each here. While a request
is served the program may ask something of an object that the suite handed over, and may be asked
something else before that is answered: as calls in one process would nest.
"""

import asyncio
import contextlib
import copy
import importlib
import operator
import os
import queue
import random
import sys
import threading
import types
from _thread import start_new_thread
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from . import module_files, task_locations
from .connection import Connection
from .module_objects import Objects
from .program import Program, line_of

MAIN = 0
# Numbers of threads that the program has started itself begin here.
_OWN_THREADS = 1_000_000


class ModuleServer:
    """One check's process that serves `module`, and what else it imports of the submission."""

    def __init__(self, connection: Connection, program: Program) -> None:
        self._connection = connection
        self._objects = Objects(self._ask, self._ask_async)
        self._loop = asyncio.new_event_loop()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._waits: dict[int, asyncio.Future[Any]] = {}
        self._last_wait = 0
        self._here = threading.local()
        self._here.number = MAIN
        self._frames: dict[int, queue.SimpleQueue[dict[str, Any]]] = {}
        self._lock = threading.RLock()
        self._own_threads = _OWN_THREADS
        self._arrived: list[dict[str, Any]] = []
        self._original: dict[tuple[str, str], Any] = {}
        self._own_arguments = list(sys.argv)
        self._acts: dict[str, Callable[..., Any]] = {
            "import": self._import,
            "reload": self._reload,
            "call": lambda function, arguments, named: function(*arguments, **dict(named)),
            "method": lambda of, name, arguments, named: getattr(of, name)(
                *arguments, **dict(named)
            ),
            "operator": self._operate,
            "names": lambda of: [name for name in vars(of) if type(name) is str],
            "patch": self._patch,
            "os": module_files.call_os,
            "open": module_files.open_file,
            "write": module_files.write_file,
            "run": lambda name, run_name: module_files.run_as(program, name, run_name),
            "script": partial(module_files.run_program, program, connection.socket.close),
            "await": self._start_task,
            "itself": lambda of: of,
            "cancel": lambda number: (
                self._tasks[number].cancel() if number in self._tasks else None
            ),
            "resolve": self._resolve,
            "arguments": self._set_arguments,
            **_PLAIN_ACTS,
        }

    def run(self) -> NoReturn:
        """Serve until the trusted side closes the connection, which ends this process."""
        self._connection.socket.setblocking(True)
        asyncio.set_event_loop(self._loop)
        while True:
            self._serve(self._next(MAIN))
            if self._tasks:
                self._run_tasks()

    def _run_tasks(self) -> None:
        """Run the event loop, and serve in it, until nothing is awaited any more."""
        self._loop.add_reader(self._connection.socket, self._serve_in_loop)
        self._loop.call_soon(self._serve_arrived)
        while self._tasks:
            self._loop.run_forever()  # a student's loop.stop() ends it
        self._loop.remove_reader(self._connection.socket)

    def _serve_in_loop(self) -> None:
        if not (self._frames or self._arrived):
            self._arrived += self._receive()
        if self._frames or self._arrived:
            self._serve(self._next(MAIN))
        self._serve_arrived()

    def _serve_arrived(self) -> None:
        """Serve what has been read already: none of it would wake the loop again."""
        while self._arrived:
            self._serve(self._next(MAIN))

    def _start_task(self, number: int, do: str, *given: Any) -> None:
        async def work() -> None:
            try:
                value = self._acts[do](*given)
                answer = {"value": await value if hasattr(value, "__await__") else value}
            except BaseException as error:  # noqa: BLE001  any exception is the answer
                answer = {"error": error}
            self._tasks.pop(number, None)
            self._send("done", answer, task=number)
            if not self._tasks:
                self._loop.stop()

        self._tasks[number] = self._loop.create_task(work())

    def _cancel(self, number: int) -> None:
        if task := self._tasks.get(number):
            task.cancel()

    async def _ask_async(
        self, number: int, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Have the suite await something of its own, and await how that ends."""
        self._last_wait += 1
        key = self._last_wait
        waiting = self._waits[key] = asyncio.get_running_loop().create_future()
        try:
            self._ask(number, "await", (key, *arguments), named)
            return await waiting
        finally:
            del self._waits[key]

    def _resolve(self, key: int, value: Any, error: BaseException | None) -> None:
        waiting = self._waits.get(key)
        if waiting is None or waiting.done():
            return
        if error is None:
            waiting.set_result(value)
        elif isinstance(error, asyncio.CancelledError):
            waiting.cancel()
        else:
            waiting.set_exception(error)

    def _serve(self, frame: dict[str, Any]) -> None:
        """Do what is requested and send how it ended."""
        try:
            with self._lock:
                self._take_changes(frame)
                act = self._acts[frame["do"]]
                given = [self._objects.decode(form) for form in frame["given"]]
                self._forget(frame)
            answer = {"value": act(*given)}
        except BaseException as error:  # noqa: BLE001  any exception is the answer
            answer = {"error": error}
        given, act = [], repr  # what the suite forgets is to be forgotten here
        self._send("used", answer)

    def _send(self, kind: str, words: dict[str, Any], **plain: int) -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the student may have closed or replaced it
                stream.flush()
        with self._lock:
            try:
                data = wire.pack(self._encoded(kind, words) | plain)
            except Exception as error:  # noqa: BLE001  too large, or the student's own code
                why = self._encoded(kind, {"error": ValueError(f"not to be sent: {error}")})
                data = wire.pack(why | plain)
            self._connection.socket.sendall(data)

    def _encoded(self, kind: str, words: dict[str, Any]) -> dict[str, Any]:
        shared, encode = self._objects.shared, self._objects.encode
        frame = {"t": kind, "on": self._number(), **{k: encode(v) for k, v in words.items()}}
        if "error" in words:
            frame["line"] = line_of(words["error"])
        frame["changes"] = [
            [number, self._objects.encode_change(new)] for number, new in shared.changes()
        ]
        words.clear()
        frame["dropped"] = [] if self._frames else shared.collect()
        return frame

    def _take_changes(self, frame: dict[str, Any]) -> None:
        objects = self._objects
        objects.forget(frame["forgotten"])
        for number, form in frame["changes"]:
            objects.shared.apply(number, partial(objects.decode_contents, form))

    def _forget(self, frame: dict[str, Any]) -> None:
        """Forget the containers that the suite has forgotten; after all that may name them."""
        for number in frame["dropped"]:
            self._objects.shared.forget(number)

    def _ask(self, number: int, do: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Ask for something of an object of the suite's; serve what is asked meanwhile."""
        words = {"object": number, "do": do, "arguments": arguments, "named": tuple(named.items())}
        self._send("asks", words)
        on = self._number()
        while (frame := self._next(on))["t"] != "told":
            self._serve(frame)
        with self._lock:
            self._take_changes(frame)
            value = self._objects.decode(frame.get("error", frame.get("value")))
            self._forget(frame)
        if self._arrived and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._serve_arrived)
        if "error" in frame:
            raise value
        return value

    def _number(self) -> int:
        """Return the number of this thread: the suite's for those it has, or one of our own."""
        number: int | None = getattr(self._here, "number", None)
        if number is None:
            with self._lock:
                self._own_threads += 1
                number = self._here.number = self._own_threads
            self._start_reader()
            self._frames.setdefault(number, queue.SimpleQueue())
        return number

    def _next(self, on: int) -> dict[str, Any]:
        """Return the next frame for the thread of this number."""
        if self._frames:
            return self._frames[on].get()
        while not self._arrived:
            self._arrived += self._receive()
        frame = self._arrived.pop(0)
        if not frame.get("threads"):
            return frame
        self._start_reader()
        self._deliver(frame)
        return self._frames[on].get()

    def _start_reader(self) -> None:
        """From now on a thread reads, and hands each frame to the thread that it is for."""
        with self._lock:
            if self._frames:
                return
            self._frames[MAIN] = queue.SimpleQueue()
        start_new_thread(self._read, ())

    def _read(self) -> None:
        while True:
            for frame in self._arrived or self._receive():
                self._deliver(frame)
            self._arrived = []

    def _receive(self) -> list[dict[str, Any]]:
        """Return the frames that have come, once there are any; none if we are only asked where."""
        try:
            frames = self._connection.receive()
        except EOFError:
            os._exit(0)
        if any(frame["t"] == "where" for frame in frames):
            places = [*task_locations.list_tasks(self._loop), *task_locations.list_threads()]
            with self._lock:
                data = wire.pack({"t": "where", "places": places})
                self._connection.socket.sendall(data)
        return [frame for frame in frames if frame["t"] != "where"]

    def _deliver(self, frame: dict[str, Any]) -> None:
        on = frame["on"]
        if on not in self._frames:
            self._frames[on] = queue.SimpleQueue()
            threading.Thread(target=self._serve_thread, args=(on,), daemon=True).start()
        self._frames[on].put(frame)

    def _serve_thread(self, on: int) -> None:
        self._here.number = on
        while True:
            self._serve(self._next(on))

    def _import(self, name: str) -> dict[str, Any]:
        """Import a module of the submission; return its names, and all functions and classes."""
        module = importlib.import_module(name)
        own = {
            key: value
            for key, value in vars(module).items()
            if isinstance(value, types.FunctionType | type)
            and getattr(value, "__module__", None) == module.__name__
        }
        # Modules that it imports would take the place of the suite's own of the same name.
        public = [
            key
            for key, value in vars(module).items()
            if not key.startswith("_") and not isinstance(value, types.ModuleType)
        ]
        return {"module": module, "all": getattr(module, "__all__", public), "own": own}

    def _reload(self, name: str) -> dict[str, Any]:
        """Run a module of the submission once more, in itself; return what `_import` does."""
        importlib.reload(importlib.import_module(name))
        return self._import(name)

    def _operate(self, name: str, of: Any, arguments: tuple[Any, ...]) -> Any:
        if name in _BY_OPERATOR:
            return _BY_OPERATOR[name](of, *arguments)
        kind = type(of)
        return getattr(kind, name)(of, *arguments)

    def _set_arguments(self, arguments: list[str] | None) -> None:
        """Have the program see these in `sys.argv`, or again its own."""
        sys.argv[:] = self._own_arguments if arguments is None else arguments

    def _patch(self, module: str, name: str, value: Any, restore: bool) -> None:
        """Put a stand-in of the suite's in place of a function that programs use, or take it out.

        `restore` takes it out, and `value` is ignored.
        """
        holder: Any = importlib.import_module(module)
        key = (module, name)
        self._original.setdefault(key, getattr(holder, name, None))
        setattr(holder, name, self._original.pop(key) if restore else value)


def _set_variable(name: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


# What is requested of the interpreter, and not of this process.
_PLAIN_ACTS: dict[str, Callable[..., Any]] = {
    "get": getattr,
    "set": setattr,
    "delete": delattr,
    "seed": lambda arguments: random.seed(*arguments),
    "copy": lambda of, is_deep: copy.deepcopy(of) if is_deep else copy.copy(of),
    "environ": _set_variable,
}
# By the operator itself, which tries the other operand as well, and falls back as Python does.
_BY_OPERATOR: dict[str, Callable[..., Any]] = {
    "__eq__": operator.eq,
    "__ne__": operator.ne,
    "__repr__": repr,
    "__str__": str,
    "__len__": len,
    "__bool__": bool,
    "__iter__": iter,
    "__next__": next,
    "__hash__": hash,
    "__contains__": operator.contains,
    "__getitem__": operator.getitem,
    "__call__": lambda of, arguments, named: of(*arguments, **dict(named)),
    "__float__": float,
    "__int__": int,
    "__reversed__": reversed,
}
