"""Stand-ins for services, as the student's program holds them: the bodies run on the trusted side.

Every kind asks by the same frames, so that the trusted side sees each arrival and each ending:
an asynchronous function, a blocking one, an asynchronous context manager, an asynchronous
generator. `part` says which step of it is asked for.
"""

import asyncio
import builtins
import concurrent.futures
import contextlib
import select
import sys
import threading
import types
from collections.abc import Callable
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from .line import Line
from .program import FOLDER

Waiting = asyncio.Future[Any] | concurrent.futures.Future[Any]


class Asker:
    """Asks the trusted side, from the loop's thread or from any other, and hears its answers."""

    def __init__(
        self, line: Line, loop: asyncio.AbstractEventLoop, hear: Callable[[], None]
    ) -> None:
        self._line, self._loop, self._hear = line, loop, hear
        self._waiting: dict[int, Waiting] = {}
        self._last = self._instances = 0
        self._lock = threading.Lock()
        self._thread = threading.get_ident()

    def make(self, form: dict[str, Any]) -> Any:
        """Return the stand-in of the service that `form` names."""
        service = _KINDS[form["kind"]](self, form["name"])
        with contextlib.suppress(AttributeError):  # an instance has no __name__ to set
            service.__name__ = service.__qualname__ = form["name"]
        return service

    async def ask(self, name: str, part: str, instance: int, *given: Any) -> Any:
        """Ask and wait on the loop; being cancelled meanwhile is told.

        `given` are the arguments, as a tuple, and those given by name, as a dict.
        """
        waiting = self._loop.create_future()
        number = self._send(waiting, name, part, instance, *given)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._waiting.pop(number, None) is not None:
                self._line.send({"t": "cancelled", "number": number})
            raise

    def ask_blocking(self, name: str, *given: Any) -> Any:
        """Ask and block this thread. In the loop's thread nothing else goes on meanwhile."""
        waiting: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self._send(waiting, name, "", 0, *given)
        if threading.get_ident() == self._thread:
            while not waiting.done():
                select.select([self._line.socket], [], [])
                self._hear()
        return waiting.result()

    def tell(self, name: str, part: str, instance: int) -> None:
        """Ask for a step whose answer nobody waits for."""
        self._send(concurrent.futures.Future(), name, part, instance, (), {})

    def next_instance(self) -> int:
        """Return a number for a context manager or generator, to tell its steps from others'."""
        with self._lock:
            self._instances += 1
            return self._instances

    def on_answer(self, frame: dict[str, Any]) -> None:
        """Wake whoever asked. Called in the loop's thread only."""
        waiting = self._waiting.pop(frame["number"], None)
        if waiting is None or waiting.done():
            return
        if frame["t"] == "failed":
            waiting.set_exception(_exception(frame["type"], frame["message"]))
        else:
            waiting.set_result(wire.decode(frame["value"]))

    def _send(
        self,
        waiting: Waiting,
        name: str,
        part: str,
        instance: int,
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> int:
        frame = {
            "t": "asked",
            "service": name,
            "part": part,
            "instance": instance,
            "arguments": [wire.encode(argument) for argument in arguments],
            "named": wire.encode(named),
            "line": student_line(sys._getframe(2)),
        }
        with self._lock:
            self._last += 1
            self._waiting[self._last] = waiting
            self._line.send(frame | {"number": self._last})
            return self._last


def _function(asker: Asker, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        return await asker.ask(name, "", 0, arguments, named)

    return service


def _blocking(asker: Asker, name: str) -> Any:
    def service(*arguments: Any, **named: Any) -> Any:
        return asker.ask_blocking(name, arguments, named)

    return service


def _manager(asker: Asker, name: str) -> Any:
    class Service:
        def __init__(self, *arguments: Any, **named: Any) -> None:
            self._given = arguments, named
            self._instance = asker.next_instance()

        async def __aenter__(self) -> Any:
            return await asker.ask(name, "enter", self._instance, *self._given)

        async def __aexit__(self, kind: Any, error: Any, trace: Any) -> Any:
            how = (kind and kind.__name__,)
            return await asker.ask(name, "exit", self._instance, how, {})

    return Service


def _generator(asker: Asker, name: str) -> Any:
    async def service(*arguments: Any, **named: Any) -> Any:
        instance = asker.next_instance()
        try:
            while True:
                more, value = await asker.ask(name, "next", instance, arguments, named)
                if not more:
                    return
                yield value
        finally:
            asker.tell(name, "close", instance)

    return service


_KINDS = {
    "function": _function,
    "blocking": _blocking,
    "manager": _manager,
    "generator": _generator,
}


def _exception(type_name: str, message: str) -> BaseException:
    kind = getattr(builtins, type_name, RuntimeError)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind = RuntimeError
    return kind(message)


def student_line(frame: types.FrameType | None) -> int | None:
    """Return the line of the student's file that this frame was called from, if any."""
    while frame is not None:
        if frame.f_code.co_filename.startswith(FOLDER):
            return frame.f_lineno
        frame = frame.f_back
    return None
