"""Asks the trusted side for what services do, from any loop, thread or process of the program.

In the check's own process, answers come in by the agent's loop; where that is not running (a
script, a `main` with its own asyncio.run), by the loop that waits. Once a thread asks that has no
loop of its own to hear by, there is the *ear*, a thread that hears for all: the agent's loop may be
blocked by whoever waits for that thread, and only its own blocking may keep it from going on. A
forked process shares neither the agent's loop nor its connection: it makes its own, by which the
kernel tells the trusted side which process it is.
"""

import asyncio
import builtins
import concurrent.futures
import contextlib
import os
import select
import socket
import sys
import threading
import types
from _thread import start_new_thread
from collections.abc import Callable
from typing import Any

import wire  # graders/kit/wire, laid beside this package inside the sandbox

from .connection import Connection
from .program import student_line

Waiting = asyncio.Future[Any] | concurrent.futures.Future[Any]


class ServiceClient:
    """One process's way to the trusted side. `hear` takes in what has come for the agent.

    has_ear  Whether a thread hears for all; then order is kept only by way of a loop's queue.
    peers    Where another process of the program may connect to; empty if nowhere.
    module   The submission, whose exceptions a service may raise.
    """

    def __init__(
        self,
        line: Connection,
        loop: asyncio.AbstractEventLoop,
        hear: Callable[[], None],
        peers: str,
        module: types.ModuleType,
    ) -> None:
        self._line, self._hear, self._peers, self._module = line, hear, peers, module
        self._loop: asyncio.AbstractEventLoop | None = loop
        self._process = os.getpid()
        self._waiting: dict[int, Waiting] = {}
        self._last = self._instances = 0
        self._lock = threading.Lock()
        self.has_ear = False
        os.register_at_fork(after_in_child=self._renew_lock)

    async def ask(self, name: str, part: str, instance: int, *given: Any) -> Any:
        """Ask and wait on the loop; being cancelled meanwhile is told.

        `given` are the arguments, as a tuple, and those given by name, as a dict.
        """
        self._come_of_age()
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop and self._loop.is_running():
                self._grow_ear()
            else:
                loop.add_reader(self._line.socket, self._hear)
        waiting = loop.create_future()
        number = self._send(waiting, name, part, instance, *given)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._waiting.pop(number, None) is not None:
                self._line.send({"t": "cancelled", "number": number})
            raise

    def ask_blocking(self, name: str, *given: Any) -> Any:
        """Ask and block this thread."""
        self._come_of_age()
        self._grow_ear()
        waiting: concurrent.futures.Future[dict[str, Any]] = concurrent.futures.Future()
        self._send(waiting, name, "", 0, *given)
        frame = waiting.result()
        if frame["t"] == "failed":
            raise self._error(frame)
        return wire.decode(frame["value"])

    def tell(self, name: str, part: str, instance: int) -> None:
        """Ask for a step whose answer nobody waits for."""
        self._send(concurrent.futures.Future(), name, part, instance, (), {})

    def next_instance(self) -> int:
        """Return a number for a context manager or generator, to tell its steps from others'."""
        with self._lock:
            self._instances += 1
            return self._instances

    def on_answer(self, frame: dict[str, Any]) -> None:
        """Wake whoever asked, in whatever thread."""
        waiting = self._waiting.pop(frame["number"], None)
        if waiting is None:
            return
        if isinstance(waiting, concurrent.futures.Future):
            waiting.set_result(frame)
            return
        loop = waiting.get_loop()
        if asyncio._get_running_loop() is loop and not self.has_ear:
            self._settle(waiting, frame)
        else:
            with contextlib.suppress(RuntimeError):  # closed: nobody waits there any more
                loop.call_soon_threadsafe(self._settle, waiting, frame)

    def _settle(self, waiting: asyncio.Future[Any], frame: dict[str, Any]) -> None:
        if waiting.done():
            return
        if frame["t"] == "failed":
            waiting.set_exception(self._error(frame))
        else:
            waiting.set_result(wire.decode(frame["value"]))

    def _error(self, frame: dict[str, Any]) -> BaseException:
        return _exception(wire.decode(frame["error"]), self._module)

    def _grow_ear(self) -> None:
        """Have a thread hear, from the first time on that this is called in a process."""
        with self._lock:
            if not self.has_ear:
                # None of threading's own: the student's program is not to find it there.
                start_new_thread(self._listen, ())
                self.has_ear = True

    def _listen(self) -> None:
        # epoll_wait(2) without a time-out: the trusted side knows it for a sleep that only it ends,
        # also after a stop, when poll(2) is gone on with as restart_syscall(2).
        poll = select.epoll()
        poll.register(self._line.socket, select.EPOLLIN)
        while True:
            poll.poll()
            self._hear()

    def _come_of_age(self) -> None:
        """Give a forked process a connection of its own, by which it hears for itself."""
        if os.getpid() == self._process:
            return
        if not self._peers:
            raise RuntimeError("this service cannot be asked from another process")
        with self._lock:
            if os.getpid() == self._process:  # another thread of it was first
                return
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(self._peers)
            self._line, self._hear = Connection(connection.detach()), self._hear_alone
            self._loop, self._waiting, self.has_ear = None, {}, False
            self._process = os.getpid()

    def _renew_lock(self) -> None:
        # Whoever held it at the fork is not in the child to let it go.
        self._lock = threading.Lock()

    def _hear_alone(self) -> None:
        self._line.hear(self.on_answer)

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


def _exception(failure: wire.Failure, module: types.ModuleType) -> BaseException:
    """Return the exception that stands for what a service raised: a builtin one or a student's."""
    named = getattr(module, failure.type_name, getattr(builtins, failure.type_name, None))
    if isinstance(named, type) and issubclass(named, Exception):
        with contextlib.suppress(Exception):  # a class may want other arguments
            return named(*failure.args)
    return RuntimeError(failure.message)
