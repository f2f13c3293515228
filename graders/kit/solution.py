"""The student's program as a suite sees it: call a function, look at what came of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graders.kit import wire
from graders.kit.app import App
from graders.kit.channel import Channel
from graders.kit.run import Run
from graders.kit.services.fifos import Fifos
from graders.kit.services.http import Http


class Solution:
    """The submission, in a process of its own that only this check uses."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    async def call(self, function: str, *arguments: object, **named: object) -> Run:
        """Call a function, or coroutine function, of the submission and wait for its end.

        Arguments are plain values or services. Always returns, whatever the program does; several
        calls may be under way at once.
        """
        return await _call(self._channel, 0, function, arguments, named)

    async def call_main(self, function: str = "main", *arguments: object, **named: object) -> Run:
        """Call a function as a program's last line does: with no event loop running.

        It may start its own with asyncio.run; a coroutine function is given to asyncio.run.
        """
        return await _call(self._channel, 0, function, arguments, named, alone=True)

    async def run_script(self, *arguments: str, stdin: str = "") -> Run:
        """Run the file as `python solution.py` does, its `__name__` being "__main__".

        In place of loading it as a module, so it must be the check's first call, and its only
        one. Returns the exit status: 0, or what sys.exit() was given.
        """
        self._channel.resources.add_plain({"kind": "script"})
        data = wire.encode(stdin.encode("utf-8"))
        self._channel.resources.add_plain({"kind": "stdin", "content": data})
        frame = {"of": 0, "function": "", "arguments": list(arguments), "alone": True}
        return Run(self._channel, "__main__", await self._channel.call(frame))

    async def run_tests(self, *, is_time_simulated: bool = False) -> Run:
        """Run the file's own tests with pytest and pytest-asyncio; the check's first, only call.

        Returns a (name, outcome) for each: "passed", "failed", "error" or "skipped"; a file that
        cannot be collected is an "error" by its own name. The tests may import what the suite
        gives with `Conductor.file`. An outcome is an answer like any other: to give the right one
        for an implementation it has not seen before, the program has to test it.

        `is_time_simulated` says that a conftest.py of the suite moves the clock of the event loop
        and of `time`, as in the exercise pruebas. Time-outs of the tests' own cannot be over
        because our machine was slow then, so a failure after a stall counts, except in tests that
        use threads, processes or dates.
        """
        self._channel.is_time_simulated = is_time_simulated
        self._channel.resources.add_plain({"kind": "script"})
        frame = {"of": 0, "function": "", "arguments": [], "alone": True, "tests": True}
        return Run(self._channel, "pytest", await self._channel.call(frame))

    @property
    def output(self) -> list[str]:
        """The lines that the program has printed up to now, also while a call is under way.

        As in `Run.output`, those of the standard output only.
        """
        return self._channel.output.splitlines()

    @asynccontextmanager
    async def started(self, function: str, *arguments: object) -> AsyncIterator["Started"]:
        """Call a function and go on while it runs: to cancel it, or to call others beside it.

        At the end of the block it must have been waited for; if not, it is cancelled.
        """
        task = asyncio.create_task(self.call(function, *arguments))
        try:
            yield Started(self._channel, task)
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def make(self, name: str, *arguments: object, **named: object) -> "Remote":
        """Call a class or function of the submission and keep what it makes inside.

        For objects that do not travel: instances, asynchronous generators, context managers. Ends
        the check with a message to the student if nothing is made.
        """
        run = await _call(self._channel, 0, name, arguments, named, keep=True)
        return Remote(self._channel, run.must_return())

    def app(self, name: str = "app") -> App:
        """Return the ASGI application of that name, to make requests of."""
        return App(self._channel, name)


class Started:
    """A call under way."""

    def __init__(self, channel: Channel, task: "asyncio.Task[Run]") -> None:
        self._channel, self._task = channel, task

    async def cancelled(self) -> Run:
        """Wait until the program sleeps, cancel the call inside it, and return how that ended."""
        await self._channel.rest(self._task)
        self._channel.cancel()
        return await self._task

    async def ended(self) -> Run:
        """Wait for its end."""
        return await self._task


class Remote:
    """An object inside the program, as `make` gave it; its methods are called like functions."""

    def __init__(self, channel: Channel, remote: wire.RemoteValue) -> None:
        self._channel, self._value = channel, remote

    @property
    def type_name(self) -> str:
        """Name of its class."""
        return self._value.type_name

    async def call(self, method: str, *arguments: object, **named: object) -> Run:
        """Call a method, `__aenter__` and `__anext__` included, and wait for its end."""
        number = self._value.number
        return await _call(self._channel, number, method, arguments, named)

    async def leave(self, error: str = "", message: str = "") -> Run:
        """Call `__aexit__` as `async with` does, after the built-in exception `error` or none.

        "CancelledError" is one of asyncio's. What the method returns says whether it is swallowed.
        """
        number = self._value.number
        leaving = [error, message]
        return await _call(self._channel, number, "__aexit__", (), {}, leaving=leaving)

    def app(self) -> App:
        """Take this object for an ASGI application, to make requests of."""
        return App(self._channel, self._value.type_name, self._value.number)


async def _call(
    channel: Channel,
    of: int,
    function: str,
    arguments: tuple[object, ...],
    named: dict[str, object],
    *,
    keep: bool = False,
    alone: bool = False,
    leaving: list[str] | None = None,
) -> Run:
    for argument in (*arguments, *named.values()):
        if isinstance(argument, Http | Fifos):
            raise TypeError(f"hand over the .url or .paths of {argument.name}, not the service")
    frame = {
        "of": of,
        "function": function,
        "arguments": [wire.encode(argument) for argument in arguments],
        "named": {name: wire.encode(argument) for name, argument in named.items()},
        "keep": keep,
        "alone": alone,
        "leaving": leaving,
    }
    return Run(channel, function, await channel.call(frame))
