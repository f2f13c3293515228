"""Calls services on the trusted side, from any loop, thread or process of the student's program.

In the check's own process the agent's loop reads the answers. While it does not run (a script, a
`main` with its own asyncio.run), the loop that waits reads them. Once a thread without a loop of
its own calls a service, a *listener thread* reads for all: the agent's loop may be blocked by code
that waits for that thread, and only the program's own blocking may keep it from going on. A forked
process shares neither the agent's loop nor its connection. It opens a connection of its own, by
which the kernel tells the trusted side which process it is.
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
Answered = tuple[asyncio.Future[Any], dict[str, Any]]


class ServiceClient:
    """One process's calls to services. `receive` reads the connection for the agent.

    has_listener  Whether the listener thread reads; order is then kept only through a loop's queue.
    peers         Abstract socket name to which another process of the program may connect; empty
                  if there is none.
    module        The submission, whose exceptions a service may raise.
    """

    def __init__(
        self,
        connection: Connection,
        loop: asyncio.AbstractEventLoop,
        receive: Callable[[], None],
        peers: str,
        module: types.ModuleType,
    ) -> None:
        self._connection, self._receive = connection, receive
        self._peers, self._module = peers, module
        self._loop: asyncio.AbstractEventLoop | None = loop
        self._process = os.getpid()
        self._waiting: dict[int, Waiting] = {}
        self._last = self._instances = 0
        self._lock = threading.Lock()
        self.has_listener = False
        os.register_at_fork(after_in_child=self._renew_lock)

    async def call(self, name: str, part: str, instance: int, *given: Any) -> Any:
        """Call a service and await its answer; a cancellation meanwhile is reported.

        `given` are the positional arguments, as a tuple, and the named ones, as a dict.
        """
        self._reconnect_after_fork()
        loop = asyncio.get_running_loop()
        if loop is not self._loop:
            if self._loop and self._loop.is_running():
                self._start_listener()
            else:
                loop.add_reader(self._connection.socket, self._receive)
        waiting = loop.create_future()
        number = self._send(waiting, name, part, instance, *given)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._waiting.pop(number, None) is not None:
                self._connection.send({"t": "cancelled", "number": number})
            raise

    def call_blocking(self, name: str, *given: Any) -> Any:
        """Call a service and block this thread until its answer."""
        self._reconnect_after_fork()
        self._start_listener()
        waiting: concurrent.futures.Future[dict[str, Any]] = concurrent.futures.Future()
        self._send(waiting, name, "", 0, *given)
        frame = waiting.result()
        if frame["t"] == "failed":
            raise self._error(frame)
        return wire.decode(frame["value"])

    def notify(self, name: str, part: str, instance: int) -> None:
        """Call a step without waiting for its answer."""
        self._send(concurrent.futures.Future(), name, part, instance, (), {})

    def next_instance(self) -> int:
        """Return a new number for a context manager or generator, which all its steps carry."""
        with self._lock:
            self._instances += 1
            return self._instances

    def on_answer(self, frame: dict[str, Any]) -> None:
        """Resolve the calls that this frame answers, in whatever threads they wait.

        All that wait in one loop are resolved in one step of it: nothing runs in between.
        """
        answers = frame["answers"] if frame["t"] == "together" else [frame]
        in_loops: dict[asyncio.AbstractEventLoop, list[Answered]] = {}
        for answer in answers:
            waiting = self._waiting.pop(answer["number"], None)
            if isinstance(waiting, concurrent.futures.Future):
                waiting.set_result(answer)
            elif waiting is not None:
                in_loops.setdefault(waiting.get_loop(), []).append((waiting, answer))
        for loop, answered in in_loops.items():
            if asyncio._get_running_loop() is loop and not self.has_listener:
                self._resolve(answered)
            else:
                with contextlib.suppress(RuntimeError):  # the loop is closed; its futures too
                    loop.call_soon_threadsafe(self._resolve, answered)

    def _resolve(self, answered: list[Answered]) -> None:
        for waiting, frame in answered:
            if waiting.done():
                continue
            if frame["t"] == "failed":
                waiting.set_exception(self._error(frame))
            else:
                waiting.set_result(wire.decode(frame["value"]))

    def _error(self, frame: dict[str, Any]) -> BaseException:
        return _exception(wire.decode(frame["error"]), self._module)

    def _start_listener(self) -> None:
        """Start the listener thread, if this process has none yet."""
        with self._lock:
            if not self.has_listener:
                # Not by `threading`, where the student's program would find it.
                start_new_thread(self._listen, ())
                self.has_listener = True

    def _listen(self) -> None:
        # epoll_wait(2) without a time-out: the trusted side recognizes a sleep that only it can
        # end, also after a stop, when poll(2) would be resumed as restart_syscall(2).
        poll = select.epoll()
        poll.register(self._connection.socket, select.EPOLLIN)
        while True:
            poll.poll()
            self._receive()

    def _reconnect_after_fork(self) -> None:
        """In a forked process: open a connection of its own, and read it independently."""
        if os.getpid() == self._process:
            return
        if not self._peers:
            raise RuntimeError("this service cannot be called from another process")
        with self._lock:
            if os.getpid() == self._process:  # another thread did it in the meantime
                return
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            peer.connect(self._peers)
            self._connection = Connection(peer.detach())
            self._receive = self._receive_answers
            self._loop, self._waiting, self.has_listener = None, {}, False
            self._process = os.getpid()

    def _renew_lock(self) -> None:
        # The thread that held it at the fork does not exist in the child and cannot release it.
        self._lock = threading.Lock()

    def _receive_answers(self) -> None:
        self._connection.dispatch(self.on_answer)

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
            self._connection.send(frame | {"number": self._last})
            return self._last


def _exception(failure: wire.Failure, module: types.ModuleType) -> BaseException:
    """Return the exception a service raised: of a builtin class or one of the student's module."""
    named = getattr(module, failure.type_name, getattr(builtins, failure.type_name, None))
    if isinstance(named, type) and issubclass(named, Exception):
        with contextlib.suppress(Exception):  # its constructor may take other arguments
            if issubclass(named, ExceptionGroup):
                # Its text ends with how many it holds.
                text = failure.message.rpartition(" (")[0]
                return named(text, [_exception(member, module) for member in failure.members])
            return named(*failure.args)
    return RuntimeError(failure.message)
