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

from .asgi import Applications
from .furnish import furnish
from .line import Line
from .places import Places
from .program import Program, line_of, load, prepare
from .stand_ins import Asker

__all__ = ["prepare", "serve"]
_CREATED_AT = re.compile(r'File "/w/[^"]+", line (\d+)')


def serve(program: Program, fd: int) -> None:
    """Load the module, then answer calls on socket `fd` until the trusted side hangs up."""
    sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: SIM115
    # What this check starts bears its session, whoever adopts it: so it is told from the others'.
    os.setsid()
    line = Line(fd)
    if not _furnish(line):
        return
    module = load(program, line.send)
    if module is not None:
        _Agent(module, line).run()


def _furnish(line: Line) -> bool:
    """Make what the trusted side wishes for and say hello with it; False if it cannot be.

    The kernel attaches our host pid to this frame, before any of the student's code has run.
    """
    try:
        made = furnish(line.wait()["wishes"])
        line.send_with({"t": "hello"}, made)
    except EOFError:
        return False
    except OSError as error:
        line.send({"t": "unfurnished", "why": str(error)})
        return False
    for descriptor in made:
        os.close(descriptor)
    return True


class _Agent:
    """One event loop, one module, and the services it may ask."""

    def __init__(self, module: types.ModuleType, line: Line) -> None:
        self._module, self._line = module, line
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._asker = Asker(line, self._loop, self._on_frames)
        self._calls: dict[int, asyncio.Task[None]] = {}
        self._places = Places(self._loop)
        self._forgotten: list[list[Any]] = []
        self._objects: dict[int, Any] = {}
        self._applications = Applications()

    def run(self) -> NoReturn:
        warnings.simplefilter("always", RuntimeWarning)
        warnings.showwarning = self._on_warning  # type: ignore[assignment]
        self._loop.set_exception_handler(lambda loop, context: None)
        self._loop.add_reader(self._line.socket, self._on_frames)
        while True:
            # A student's loop.stop() ends run_forever; whoever waits for the call still does.
            self._loop.run_forever()

    def _on_frames(self) -> None:
        try:
            frames = self._line.receive()
        except EOFError:
            os._exit(0)
        for frame in frames:
            if frame["t"] in ("call", "request"):
                self._calls[frame["id"]] = self._loop.create_task(self._call(frame))
            elif frame["t"] == "cancel":
                self._cancel(frame["id"])
            elif frame["t"] == "where":
                self._line.send({"t": "where", "places": self._places.of_tasks()})
            else:
                self._asker.on_answer(frame)

    def _cancel(self, number: int) -> None:
        """A caller gives up: the client of a request leaves, a call is cancelled."""
        task = self._calls.get(number)
        if task and not self._applications.leave(number):
            # After its first step: a task cancelled before that would end without a word.
            self._loop.call_soon(task.cancel)

    async def _call(self, frame: dict[str, Any]) -> None:
        function = self._target(frame)
        if not callable(function):
            names = [
                n for n, v in self._module.__dict__.items() if isinstance(v, types.FunctionType)
            ]
            del self._calls[frame["id"]]
            self._line.send({"t": "missing", "id": frame["id"], "names": names[:50]})
            return
        try:
            value = await self._value(function, frame)
            form = self._kept(value) if frame.get("keep") else wire.encode(value)
            answer = {"t": "returned", "value": form}
            wire.pack(answer)
        except BaseException as error:  # noqa: BLE001  whatever it is, it is the answer
            answer = {"t": "raised", "error": wire.failure(error, line=line_of(error))}
        # What nobody holds any more goes now, so that a coroutine never awaited is told of.
        value = function = None
        answer["forgotten"] = self._forgotten[:20]
        answer["left"] = self._places.of_tasks(but=set(self._calls.values()))
        answer["blocked"] = self._places.of_blocking()
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the student may have closed or replaced it
                stream.flush()
        del self._calls[frame["id"]]
        self._line.send(answer | {"id": frame["id"]})

    async def _value(self, function: Any, frame: dict[str, Any]) -> Any:
        if frame["t"] == "request":
            return await self._applications.respond(function, frame)
        named = {name: self._argument(form) for name, form in frame["named"].items()}
        value = function(*[self._argument(form) for form in frame["arguments"]], **named)
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

    def _argument(self, form: Any) -> Any:
        if isinstance(form, dict) and form.get(wire.TAG) == "service":
            return self._asker.make(form)
        return wire.decode(form)

    def _on_warning(self, message: Any, category: Any, *rest: Any) -> None:
        words = str(message)
        if category is RuntimeWarning and "was never awaited" in words:
            name = words.partition("'")[2].partition("'")[0]
            lines = _CREATED_AT.findall(words)
            self._forgotten.append([name[:80], int(lines[-1]) if lines else None])
