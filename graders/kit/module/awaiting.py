"""Coroutines between a plain suite and its program, each awaited in its own event loop.

The program's run in the loop of its process; the suite's, handed over as callbacks, in the suite's.
While the suite awaits the program, its loop reads the connection.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TYPE_CHECKING, Any

from graders.kit.module.own_time import MOST_TIMES
from graders.kit.module.session import ProgramEnded

if TYPE_CHECKING:
    from graders.kit.module.uses import Uses

# A program that is silent for so long while nothing of the suite's is awaited is watched.
SILENCE_SECONDS = 1.0


class Awaiting:
    """The coroutines that one check awaits, and those that its program does."""

    def __init__(self, uses: "Uses") -> None:
        self._uses = uses
        self._last, self._received = 0, 0
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._lent: set[asyncio.Task[None]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run(self, *step: Any) -> Any:
        """Have the program do a step whose result is awaitable, and await that there."""
        self._last += 1
        number, loop = self._last, asyncio.get_running_loop()
        waiting = self._waiting[number] = loop.create_future()
        self._read_in(loop)
        self._uses.request("await", number, *step)
        try:
            while not waiting.done():
                await self._wait(waiting)
            return waiting.result()
        except asyncio.CancelledError:
            if not waiting.done() or waiting.cancelled():
                self._uses.request("cancel", number)
            raise
        finally:
            self._waiting.pop(number, None)
            if not self._waiting:
                loop.remove_reader(self._uses.descriptor)
                self._loop = None

    async def _wait(self, waiting: asyncio.Future[Any]) -> None:
        """Wait for an answer, and for how long a check may take; then watch the program.

        It is watched at once if it is silent and nothing of ours could wake it. Time is counted by
        turns of our own loop: not while this process has no processor.
        """
        received, silences = self._received, 0
        most = max(1, round(self._uses.wall_seconds / SILENCE_SECONDS))
        for _ in range(MOST_TIMES * most):
            done, _ = await asyncio.wait([waiting], timeout=SILENCE_SECONDS)
            others = asyncio.all_tasks() - {asyncio.current_task()}
            if done or not (self._lent or others):
                break
            silences = silences + 1 if received == self._received else 0
            received = self._received
            if silences >= most:
                break
        if not waiting.done():
            self._uses.take_awaited(is_blocking=True)

    def wake(self) -> None:
        """Take what has been read already: nothing more may come that wakes the loop."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._on_readable)

    def _read_in(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            self._loop = loop
            loop.add_reader(self._uses.descriptor, self._on_readable)

    def _on_readable(self) -> None:
        self._received += 1
        try:
            self._uses.take_awaited(is_blocking=False)
        except ProgramEnded as end:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(end)

    def finish(self, number: int, value: Any, error: BaseException | None) -> None:
        """Take how an awaited step of the program's ended."""
        waiting = self._waiting.get(number)
        if waiting is None or waiting.done():
            return
        if error is None:
            waiting.set_result(value)
        elif isinstance(error, asyncio.CancelledError):
            waiting.cancel()
        elif isinstance(error, StopIteration):  # no future may hold one
            waiting.set_exception(RuntimeError("coroutine raised StopIteration"))
        else:
            waiting.set_exception(error)

    def lend(self, number: int, start: Callable[[], Awaitable[Any]]) -> None:
        """Await something of the suite's for the program, which is told how it ends."""

        async def await_it() -> None:
            try:
                words: tuple[Any, BaseException | None] = (await start(), None)
            except ProgramEnded:
                return
            except BaseException as error:  # noqa: BLE001  the program gets what its callback raised
                words = (None, error)
            self._uses.request("resolve", number, *words)

        task = asyncio.get_running_loop().create_task(await_it())
        self._lent.add(task)
        task.add_done_callback(self._lent.discard)


def make_coroutine_function(run: Callable[..., Awaitable[Any]], name: str) -> Any:
    """Return a coroutine function that is one, and whose body is the program's."""

    async def function(*arguments: Any, **named: Any) -> Any:
        return await run(arguments, tuple(named.items()))

    function.__name__ = function.__qualname__ = name
    return function


def make_async_generator(uses: "Uses", reference: Any, name: str) -> AsyncGenerator[Any, Any]:
    """Return an asynchronous generator that is one, and each step of which is the program's."""

    async def drive() -> AsyncGenerator[Any, Any]:
        sent: Any = None
        try:
            while True:
                try:
                    value = await uses.awaiting.run("method", reference, "asend", (sent,), ())
                except StopAsyncIteration:
                    return
                sent = yield value
        finally:
            if uses.is_open:
                await uses.awaiting.run("method", reference, "aclose", (), ())

    made: Any = drive()
    made.__name__ = made.__qualname__ = name
    return made  # type: ignore[no-any-return]
