"""Keeps a zygote process running, and asks it for runs."""

import asyncio
import json
import logging
import socket
import time
from types import TracebackType
from typing import Any, Final, Self

from graders.limits import Limits
from worker.outages import NO_ROOM, Reason, Restarts, Role
from worker.shielding import finish_despite_cancel

from .allowances import build_request
from .cgroups import Cgroups
from .memory_accounting import MemoryAccounting
from .own_time import Limit, wait_readable_in_own_time
from .protocol import SandboxError, SandboxInterrupted
from .runs import END_SECONDS, Run, receive_with_pid
from .zygote_process import Start, ZygoteProcess

OPEN_SECONDS: Final = 10.0  # of own time; usually 5 ms
_CLOCK_FACTOR: Final = 30  # the limit by the clock is that many times as long
_START_TRIES: Final = 3
_PAUSES_SECONDS: Final = (0.0, 1.0, 2.0, 5.0, 15.0, 60.0)
_STABLE_SECONDS: Final = 60.0  # one that has run so long is replaced without a pause
_SECOND_DIED: Final = b"second"

_log = logging.getLogger("semaforo.sandbox")


class ForkingZygote:
    """A zygote process, started by `start(control, errors)`, and the runs it forks.

    Inside `async with` there is always one: one that dies is replaced automatically.
    """

    def __init__(
        self,
        start: Start,
        *,
        open_seconds: float = OPEN_SECONDS,
        restarts: Restarts | None = None,
    ) -> None:
        self._start = start
        self._open = Limit(open_seconds, _CLOCK_FACTOR * open_seconds)
        self._restarts = restarts or Restarts()
        self._starting = asyncio.Lock()
        self._zygote: ZygoteProcess | None = None
        self._must_renew_second = False
        self._tasks: list[asyncio.Task[None]] = []
        self._accounting = MemoryAccounting()
        self._cgroups: Cgroups | None = None

    async def __aenter__(self) -> Self:
        """Start the zygote, and remove the cgroups of workers that were killed."""
        self._cgroups = await asyncio.to_thread(Cgroups.make)
        try:
            for tries_left in reversed(range(_START_TRIES)):
                try:
                    await self._running_zygote()
                    break
                except SandboxError as error:
                    if not (tries_left and _is_transient(error)):
                        raise
            self._tasks = [asyncio.create_task(self._keep_running())]
            if self._cgroups is None:
                self._tasks.append(asyncio.create_task(self._accounting.keep_sampling()))
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
            for task in self._tasks:
                task.cancel()
            await self._discard(self._zygote)
        finally:
            await asyncio.gather(*self._tasks, return_exceptions=True)
            if self._cgroups is not None:
                await asyncio.to_thread(self._cgroups.remove)

    async def open(self, limits: Limits) -> "Run":
        """Return a new sandbox whose starter has isolated it completely."""
        zygote = await self._running_zygote()
        asked = time.monotonic()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with theirs:
                request = self._request(limits) | {"renew": self._take_renewal(limits)}
                socket.send_fds(zygote.control, [json.dumps(request).encode()], [theirs.fileno()])
            pid = await self._receive_starter_pid(ours, zygote)
            zygote.answered_at = time.monotonic()
            run = self._run(ours, pid, request)
            run.zygote_ended = zygote.ended
        except (OSError, TimeoutError) as error:
            ours.close()
            await self._replace_if_broken(zygote, limits, error, asked)
            raise SandboxInterrupted(f"the zygote does not answer: {error!r}") from error
        except BaseException:
            ours.close()
            raise
        return await self._limit_memory(run, limits)

    async def _limit_memory(self, run: Run, limits: Limits) -> Run:
        if self._cgroups is None:
            self._accounting.add(run, limits)
            return run
        try:
            # Joining may wait for the kernel's grace period, some milliseconds.
            run.group = await asyncio.to_thread(self._cgroups.add_run, run.starter_pid, limits)
        except OSError as error:
            await run.close()
            raise SandboxError(f"no cgroup for the run: {error}") from error
        except BaseException:
            await run.close()
            raise
        return run

    async def _replace_if_broken(
        self, zygote: ZygoteProcess, limits: Limits, error: Exception, asked: float
    ) -> None:
        """After a failed request: replace the zygote if it has died or hangs.

        One that is only slow still answers other requests, and must not end with their runs. What
        it has not read yet says nothing then: somebody may have asked a moment ago.
        """
        if self._zygote is not zygote:
            return  # another failed call has replaced it
        if zygote.has_ended:
            await self._replace(zygote, Reason.DIED)
        elif not isinstance(error, TimeoutError):
            return
        elif zygote.answered_at <= asked and (zygote.has_unread_requests or not limits.fastapi):
            await self._replace(zygote, Reason.HUNG)
        elif limits.fastapi:
            self._count_restart(Role.SECOND_ZYGOTE, Reason.HUNG)
            self._must_renew_second = True

    def _take_renewal(self, limits: Limits) -> bool:
        """Whether this request must renew the second zygote, which makes such runs; once.

        It has not answered while the first one has, or the caller has stopped waiting for it.
        """
        renew = limits.fastapi and self._must_renew_second
        self._must_renew_second = self._must_renew_second and not renew
        return renew

    def _request(self, limits: Limits) -> dict[str, Any]:
        return build_request(limits)

    def _run(self, control: socket.socket, pid: int, request: dict[str, Any]) -> Run:
        return Run(control, pid)

    async def _kill_descendants(self, pid: int) -> None:
        """Kill what would outlive the zygote of this pid: nothing, in a pid namespace."""

    async def _receive_starter_pid(self, control: socket.socket, zygote: ZygoteProcess) -> int:
        """Return the host pid of the run's pid 1; the kernel attaches it to the first message."""
        await wait_readable_in_own_time(control.fileno(), zygote.trusted_pids, self._open)
        message, pid = receive_with_pid(control)
        if message[:1] == b"E":
            reason = message[1:].decode("utf-8", "replace")
            raise SandboxError(f"the isolation failed: {reason}")
        if message != b"B" or pid is None:
            raise BrokenPipeError(f"it ended: {zygote.last_error_line()}")
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return pid

    async def _running_zygote(self) -> ZygoteProcess:
        """Return the zygote, starting it if there is none or it has died."""
        async with self._starting:
            if self._zygote is not None and self._zygote.has_ended:
                await self._replace(self._zygote, Reason.DIED)
            if self._zygote is not None:
                return self._zygote
            zygote = self._zygote = await ZygoteProcess.launch(self._start, self._kill_descendants)
            asyncio.get_running_loop().add_reader(zygote.control, self._on_message, zygote)
            if self._cgroups is not None:
                await asyncio.to_thread(self._cgroups.add_zygote, zygote.pid)
            return zygote

    async def _keep_running(self) -> None:
        """Start another zygote as soon as one has ended, with pauses if they end soon."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                zygote = await self._running_zygote()
                await zygote.wait_ended()
            except SandboxError as error:
                _log.error("the zygote does not start again: %s", error)
            else:
                await self._replace(zygote, Reason.DIED)
            if time.monotonic() - began >= _STABLE_SECONDS:
                failures = 0
            await asyncio.sleep(_PAUSES_SECONDS[min(failures, len(_PAUSES_SECONDS) - 1)])
            failures += 1

    def _on_message(self, zygote: ZygoteProcess) -> None:
        """Count the death of the second zygote, which the first reports and replaces."""
        try:
            message, _ = receive_with_pid(zygote.control)
        except BlockingIOError:
            return
        except OSError:
            message = b""
        if message == _SECOND_DIED:
            self._count_restart(Role.SECOND_ZYGOTE, Reason.DIED)
        elif not message:
            asyncio.get_running_loop().remove_reader(zygote.control)

    async def _replace(self, zygote: ZygoteProcess, reason: Reason) -> None:
        """End and count a zygote that died or hangs, unless another caller has done so."""
        if self._zygote is zygote:
            self._count_restart(Role.ZYGOTE, reason)
            await self._discard(zygote)

    def _count_restart(self, role: Role, reason: Reason) -> None:
        self._restarts.add(role, reason)
        _log.error("%s %s and is replaced", role.value, reason.value)

    async def _discard(self, zygote: ZygoteProcess | None) -> None:
        """End the zygote and every run of it, even if the caller is cancelled."""
        self._zygote = None
        if zygote is not None:
            await finish_despite_cancel(zygote.end(self._kill_descendants), seconds=2 * END_SECONDS)


def _is_transient(error: SandboxError) -> bool:
    """Whether it did not start for lack of time or resources; a later try may succeed."""
    cause = error.__cause__
    is_want_of_resources = isinstance(cause, OSError) and cause.errno in NO_ROOM
    return is_want_of_resources or isinstance(cause, TimeoutError)
