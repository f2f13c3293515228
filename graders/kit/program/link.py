"""The trusted side's link to one sandbox: starts a process for each check, reports their ends."""

import array
import asyncio
import errno
import json
import os
import socket
import struct
from collections.abc import Callable

from graders.kit.program.outcome import Ending, Outcome

_ENDED, _NUMBER = struct.Struct("!Hi"), struct.Struct("!H")
_NEVER_RAN = 111 << 8  # the status of a check's process that could not be made
_SEND_BYTES = 1 << 20  # the kernel gives twice what is its limit, 416 KiB as a rule
Ended = Callable[[int], None]


class SandboxLost(Exception):
    """The sandbox is gone although it was not closed."""


class FirstLoad:
    """Whether the submission can be loaded, found out by one check's process for all of them.

    A module that spins, sleeps or fails while it is loaded would do so in every check. So the first
    check's process loads it alone, and the others start when it is done.

    failure  How the loading ended if the module was never loaded to its end; None otherwise.
    """

    def __init__(self) -> None:
        self.failure: Outcome | None = None
        self._is_taken = False
        self._is_over = asyncio.Event()

    async def take_or_wait(self) -> Outcome | None:
        """Return None to the caller that has to load the module, or the failure of another."""
        if self._is_taken:
            await self._is_over.wait()
            return self.failure
        self._is_taken = True
        return None

    def finish(self, failure: Outcome | None) -> None:
        """Record how it ended; only the first call counts. An outage of ours is not a failure."""
        if not self._is_over.is_set():
            is_theirs = failure is not None and failure.ending is not Ending.UNDECIDED
            self.failure = failure if is_theirs else None
            self._is_over.set()


class SandboxLink:
    """The control socket of an open sandbox; the protocol is in worker/sandboxes.

    starter  Host pid of the run's pid 1.
    first_file  Name of the exercise's first file, the module that is called.
    checks   Host pids of the check processes that have sent their first frame.
    first_load  Whether the submission can be loaded.
    libraries  Names of those that the submission may import.
    files    The submission: source by file name, once it was handed over.
    in_turn  Whether the run's checks are made one after another.
    is_short_of_processes
             Whether a check had no process because our machine had none: then nothing that was
             found is to count.
    """

    def __init__(self, control: socket.socket, starter: int, first_file: str) -> None:
        self.starter, self.first_file = starter, first_file
        self.checks: set[int] = set()
        self.files: dict[str, str] = {}
        self.libraries: tuple[str, ...] = ()
        self.first_load = FirstLoad()
        self.in_turn = False
        self.is_short_of_processes = False
        self._control = control
        self._started = 0
        self._on_end: dict[int, Ended] = {}
        self._on_loss: list[Callable[[], None]] = []

    def watch(self) -> None:
        """Take note, on the running loop, of processes that end and of the sandbox's own end."""
        self._control.setblocking(False)
        asyncio.get_running_loop().add_reader(self._control, self._on_message)

    def close(self) -> None:
        """Close the link: the kernel ends every process of the run."""
        asyncio.get_running_loop().remove_reader(self._control)
        self._control.close()

    def must_have_had_processes(self) -> None:
        """Refuse what was found if a check had no process.

        Raises:
            OSError: our machine had none for it.
        """
        if self.is_short_of_processes:
            raise OSError(errno.EAGAIN, "the sandbox had no process for a check")

    def send_program(self, memory: int) -> None:
        """Hand over the submission, a sealed memory file, once, before any check is opened.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        program = json.loads(os.pread(memory, os.fstat(memory).st_size, 0))
        self.files = program["files"]
        self._send(b"S", memory)

    def open_check(
        self, first: bytes, on_end: Ended, on_loss: Callable[[], None]
    ) -> tuple[socket.socket, list[int]]:
        """Start a fresh process that loads the submission; `first` is the frame that awaits it.

        Returns its connection and the reading ends of its standard output, of its standard error
        and of the stacks that its interpreter writes, all non-blocking and the caller's to close.
        `on_end` gets its wait status (as of waitpid) when it ends.

        Raises:
            SandboxLost: there is no sandbox any more.
        """
        ours, theirs = socket.socketpair()
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
        ours.setblocking(False)
        ours.sendall(first)
        pipes = [os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK) for _ in range(3)]
        reading, writing = [pipe[0] for pipe in pipes], [pipe[1] for pipe in pipes]
        for stream in writing[:2]:  # a full pipe of stacks must not block its writer
            os.set_blocking(stream, True)
        try:
            self._send(b"F", theirs.fileno(), *writing)
        except SandboxLost:
            ours.close()
            _close(reading)
            raise
        finally:
            theirs.close()
            _close(writing)
        self._on_end[self._started] = on_end
        self._on_loss.append(on_loss)
        self._started += 1
        return ours, reading

    def _send(self, word: bytes, *descriptors: int) -> None:
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors).tobytes())
        try:
            self._control.sendmsg([word], [rights])
        except OSError as error:
            raise SandboxLost(str(error)) from error

    def _on_message(self) -> None:
        try:
            message = self._control.recv(64)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if not message:
            self._lose()
        elif message[:1] == b"X":
            self._end(*_ENDED.unpack(message[1:]))
        elif message[:1] == b"N":
            self.is_short_of_processes = True
            self._end(_NUMBER.unpack(message[1:])[0], _NEVER_RAN)

    def _end(self, index: int, status: int) -> None:
        if on_end := self._on_end.pop(index, None):
            on_end(status)

    def _lose(self) -> None:
        asyncio.get_running_loop().remove_reader(self._control)
        for on_loss in self._on_loss:
            on_loss()


def _close(descriptors: list[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)
