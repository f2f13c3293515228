"""The trusted side of a zygote process: start it, ask it for runs, and replace it when it dies."""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from graders.limits import Limits
from worker.unbroken import to_the_end

from .allowances import request_for
from .cgroups import Cgroups
from .protocol import SandboxError
from .runs import END_SECONDS, Run, end_process, readable_within, receive_with_pid

START_SECONDS = 30.0  # a cold disk and a busy machine; 0.3 s on an idle one
OPEN_SECONDS = 20.0  # likewise; usually 5 ms
_DEATH_BYTES = 4000

Start = Callable[[int, int], "subprocess.Popen[bytes]"]


class ForkingZygote:
    """A zygote process, started by `start(control, errors)`, and the runs it forks."""

    def __init__(self, start: Start, *, open_seconds: float = OPEN_SECONDS) -> None:
        self._start = start
        self._open_seconds = open_seconds
        self._starting = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._answered = 0.0
        self._renews_second = False
        self._pidfd = -1
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
        try:
            await self._discard()
        finally:
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
                request = self._request(limits) | {"renew": self._renews(limits)}
                socket.send_fds(zygote, [json.dumps(request).encode()], [theirs.fileno()])
            pid = await self._starter(ours)
            self._answered = time.monotonic()
            run = self._run(ours, pid, request)
        except (OSError, TimeoutError) as error:
            ours.close()
            # The next call starts another zygote, unless a neighbour's call has come to the same
            # end and done so already.
            if self._control is zygote and self._is_lost(zygote):
                await self._discard()
            elif limits.fastapi:
                self._renews_second = True
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

    def _is_lost(self, zygote: socket.socket) -> bool:
        """Dead, or hung: it has not answered anybody for as long as one call waits.

        One that is only slow still answers others, and must not take their runs along.
        """
        try:
            is_dead = not zygote.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            is_dead = False
        except OSError:
            is_dead = True
        return is_dead or time.monotonic() - self._answered >= self._open_seconds

    def _renews(self, limits: Limits) -> bool:
        """Whether the zygote is to end the one that makes such runs, and make it anew.

        It has not answered while the first has, or its answer will find nobody.
        """
        renews = limits.fastapi and self._renews_second
        self._renews_second = self._renews_second and not renews
        return renews

    def _request(self, limits: Limits) -> dict[str, Any]:
        return request_for(limits)

    def _run(self, control: socket.socket, pid: int, request: dict[str, Any]) -> Run:
        return Run(control, pid)

    async def _end_below(self, pid: int) -> None:
        """End what would not end with the zygote of this pid: nothing, in a pid namespace."""

    async def _starter(self, control: socket.socket) -> int:
        """Return the host pid of the run's pid 1, learnt from its first word."""
        await readable_within(self._open_seconds, control.fileno())
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
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._errors = os.memfd_create("zygote-errors", os.MFD_CLOEXEC)
        self._control = ours
        try:
            with theirs:
                self._process = self._start(theirs.fileno(), self._errors)
            await readable_within(START_SECONDS, ours.fileno())
            word, pid = receive_with_pid(ours)
            if word != b"ready" or pid is None:
                raise ConnectionResetError("it ended")
            self._pidfd = os.pidfd_open(pid)
            if self._cgroups is not None:
                await asyncio.to_thread(self._cgroups.adopt_zygote, pid)
        except (OSError, TimeoutError) as error:
            words = self._last_words()
            await self._discard()
            raise SandboxError(f"the sandbox does not start ({error}): {words}") from error
        except BaseException:
            await self._discard()
            raise
        return ours

    def _last_words(self) -> str:
        """Return the last line that the zygote wrote on its error stream: the reason, usually.

        Runs cannot write there.
        """
        if self._errors < 0:
            return ""
        size = os.fstat(self._errors).st_size
        said = os.pread(self._errors, _DEATH_BYTES, max(0, size - _DEATH_BYTES))
        return said.decode("utf-8", "replace").strip().rpartition("\n")[2]

    async def _discard(self) -> None:
        """End the zygote and every run of it, and forget both. Safe at any time.

        Also when the caller is cancelled half way: nobody else knows the process any more.
        """
        process, self._process = self._process, None
        control, self._control = self._control, None
        errors, self._errors = self._errors, -1
        pidfd, self._pidfd = self._pidfd, -1
        if control is not None:
            control.close()
        if errors >= 0:
            os.close(errors)
        if process is not None:
            await to_the_end(self._end(process, pidfd), seconds=2 * END_SECONDS)

    async def _end(self, process: "subprocess.Popen[bytes]", pidfd: int) -> None:
        try:
            if process.poll() is None:
                await self._end_below(process.pid)
        finally:
            process.kill()
            if pidfd >= 0:
                await end_process(pidfd)
        await asyncio.to_thread(process.wait, END_SECONDS)
