"""The trusted side of a zygote process: ask it for runs, and end them for certain.

Nothing the zygote or a starter says is believed beyond "here I am": pids come from the kernel with
the message, ends from a pidfd, counts from the cgroup.
"""

import array
import asyncio
import contextlib
import json
import os
import signal
import socket
import struct
import subprocess
from collections.abc import Callable
from types import TracebackType
from typing import Self

from graders.limits import Limits

from .allowances import request_for
from .cgroups import Cgroups, RunGroup
from .protocol import Leftovers, SandboxError

START_SECONDS = 30.0  # a cold disk and a busy machine; 0.3 s on an idle one
OPEN_SECONDS = 20.0  # likewise; usually 5 ms
END_SECONDS = 20.0  # SIGKILL to the last process gone; a fork bomb took 0.2 s
_WORD_BYTES = 1024
_DEATH_BYTES = 4000

Start = Callable[[int, int], "subprocess.Popen[bytes]"]


class ForkingZygote:
    """A zygote process, started by `start(control, errors)`, and the runs it forks."""

    def __init__(self, start: Start, name: str) -> None:
        self._start = start
        self._name = name
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._errors = -1
        self._cgroups: Cgroups | None = None

    async def __aenter__(self) -> Self:
        """Start the zygote, and sweep the cgroups of workers that were killed."""
        self._cgroups = await asyncio.to_thread(Cgroups.make)
        try:
            await self._ready()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the zygote; the kernel ends every run with it."""
        await self._discard()
        if self._cgroups is not None:
            await asyncio.to_thread(self._cgroups.remove)

    async def open(self, limits: Limits) -> "Run":
        """Return a new sandbox whose starter has raised every wall."""
        zygote = await self._ready()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with theirs:
                request = json.dumps(request_for(limits)).encode()
                socket.send_fds(zygote, [request], [theirs.fileno()])
            pid = await self._starter(ours)
            run = Run(ours, pid)
        except (OSError, TimeoutError) as error:
            ours.close()
            # Hung or dead: there is no third way to be silent. The next call starts another.
            await self._discard()
            raise SandboxError(f"the zygote does not answer: {error!r}") from error
        except BaseException:
            ours.close()
            raise
        try:
            if self._cgroups is not None:
                # Joining may wait for the kernel's grace period, some milliseconds.
                run.group = await asyncio.to_thread(self._cgroups.admit, pid, limits)
        except OSError as error:
            await run.close()
            raise SandboxError(f"no cgroup for the run: {error}") from error
        except BaseException:
            await run.close()
            raise
        return run

    async def _starter(self, control: socket.socket) -> int:
        """Return the host pid of the run's pid 1, learnt from its first word."""
        async with asyncio.timeout(OPEN_SECONDS):
            await readable(control.fileno())
        word, pid = receive_with_pid(control)
        if word[:1] == b"E":
            raise SandboxError(f"a wall did not hold: {word[1:].decode('utf-8', 'replace')}")
        if word != b"B" or pid is None:
            raise BrokenPipeError(f"it ended: {self._last_words()}")
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return pid

    async def _ready(self) -> socket.socket:
        """Return the zygote's socket, starting the zygote if there is none or it has died."""
        async with self._starting:
            if self._process is not None and self._process.poll() is not None:
                await self._discard()
            return self._control or await self._launch()

    async def _launch(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        self._errors = os.memfd_create("zygote-errors", os.MFD_CLOEXEC)
        self._control = ours
        try:
            with theirs:
                self._process = self._start(theirs.fileno(), self._errors)
            async with asyncio.timeout(START_SECONDS):
                await readable(ours.fileno())
            if ours.recv(_WORD_BYTES) != b"ready":
                raise ConnectionResetError("it ended")
        except (OSError, TimeoutError) as error:
            words = self._last_words()
            await self._discard()
            raise SandboxError(f"the sandbox does not start ({error}): {words}") from error
        except BaseException:
            await self._discard()
            raise
        return ours

    def _last_words(self) -> str:
        """Return the end of what the zygote wrote on its error stream; runs cannot write there."""
        if self._errors < 0:
            return ""
        size = os.fstat(self._errors).st_size
        said = os.pread(self._errors, _DEATH_BYTES, max(0, size - _DEATH_BYTES))
        return said.decode("utf-8", "replace").strip()

    async def _discard(self) -> None:
        """End the zygote and every run of it, and forget both. Safe at any time."""
        process, self._process = self._process, None
        control, self._control = self._control, None
        errors, self._errors = self._errors, -1
        if control is not None:
            control.close()
        if errors >= 0:
            os.close(errors)
        if process is not None:
            # The one we started is the parent of bubblewrap's pid 1, which dies with it.
            process.kill()
            await asyncio.to_thread(process.wait, END_SECONDS)


class Run:
    """One grading run's sandbox; see `protocol.OpenSandbox`."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.starter_pid = pid
        self.group: RunGroup | None = None
        self._leftovers: Leftovers | None = None
        self._pidfd = os.pidfd_open(pid)
        try:
            # The starter holds the only other end. It is still there, so it was alive when the
            # pidfd was made, and the pid had not passed to a process of somebody else's.
            control.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            pass
        os.close(self._pidfd)
        raise BrokenPipeError("the starter ended at once")

    async def close(self) -> Leftovers:
        """End every process of the run and take its cgroup away. Safe to call twice."""
        if self._leftovers is None:
            self._leftovers = Leftovers()
            self.control.close()
            try:
                # SIGKILL at once: nothing inside is to have a last word. Its pidfd reports the
                # end of pid 1 only when the kernel has killed and buried all of its namespace.
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
                async with asyncio.timeout(END_SECONDS):
                    await readable(self._pidfd)
            except TimeoutError as error:
                raise SandboxError("a run's processes do not end") from error
            finally:
                os.close(self._pidfd)
                if self.group is not None:
                    self._leftovers = self.group.remove()
        return self._leftovers


async def readable(fd: int) -> None:
    """Wait until `fd` can be read; the caller sets the limit."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)


def receive_with_pid(control: socket.socket) -> tuple[bytes, int | None]:
    """Return one message and the host pid that the kernel attached to it.

    Descriptors that a hostile sender attaches are closed unseen.
    """
    word, ancillary, _, _ = control.recvmsg(_WORD_BYTES, socket.CMSG_SPACE(12) + 1024)
    pid = None
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", data[:12])[0]
        elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            for fd in array.array("i", data[: len(data) - len(data) % 4]):
                os.close(fd)
    return word, pid
