"""The trusted side of a zygote process: start it, ask it for runs, and replace it when it dies."""

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
from .memory_accounting import Scales
from .own_time import Limit, wait_readable_in_own_time
from .protocol import SandboxError
from .runs import END_SECONDS, Run, receive_with_pid
from .zygote_process import Life, Start

OPEN_SECONDS: Final = 10.0  # of their own time; usually 5 ms
_CLOCK_FOR_OWN: Final = 30  # the limit by the clock is that many times as long
_START_TRIES: Final = 3
_PAUSES_SECONDS: Final = (0.0, 1.0, 2.0, 5.0, 15.0, 60.0)
_LASTED_SECONDS: Final = 60.0  # who has lived so long is replaced at once
_SECOND_DIED: Final = b"second"

_log = logging.getLogger("semaforo.sandbox")


class ForkingZygote:
    """A zygote process, started by `start(control, errors)`, and the runs it forks.

    There is one at all times from `async with` on: one that dies is replaced without being asked.
    """

    def __init__(
        self,
        start: Start,
        *,
        open_seconds: float = OPEN_SECONDS,
        restarts: Restarts | None = None,
    ) -> None:
        self._start = start
        self._open = Limit(open_seconds, _CLOCK_FOR_OWN * open_seconds)
        self._restarts = restarts or Restarts()
        self._starting = asyncio.Lock()
        self._life: Life | None = None
        self._renews_second = False
        self._keeping: list[asyncio.Task[None]] = []
        self._scales = Scales()
        self._cgroups: Cgroups | None = None

    async def __aenter__(self) -> Self:
        """Start the zygote, and sweep the cgroups of workers that were killed."""
        self._cgroups = await asyncio.to_thread(Cgroups.make)
        try:
            for tries_left in reversed(range(_START_TRIES)):
                try:
                    await self._ready()
                    break
                except SandboxError as error:
                    if not (tries_left and _may_pass(error)):
                        raise
            self._keeping = [asyncio.create_task(self._keep())]
            if self._cgroups is None:
                self._keeping.append(asyncio.create_task(self._scales.keep_weighing()))
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
            for task in self._keeping:
                task.cancel()
            await self._discard(self._life)
        finally:
            await asyncio.gather(*self._keeping, return_exceptions=True)
            if self._cgroups is not None:
                await asyncio.to_thread(self._cgroups.remove)

    async def open(self, limits: Limits) -> "Run":
        """Return a new sandbox whose starter has raised every wall."""
        life = await self._ready()
        asked = time.monotonic()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            with theirs:
                request = self._request(limits) | {"renew": self._renews(limits)}
                socket.send_fds(life.control, [json.dumps(request).encode()], [theirs.fileno()])
            pid = await self._starter(ours, life)
            life.answered = time.monotonic()
            run = self._run(ours, pid, request)
            run.zygote_over = life.over
        except (OSError, TimeoutError) as error:
            ours.close()
            await self._blame(life, limits, error, asked)
            raise SandboxError(f"the zygote does not answer: {error!r}") from error
        except BaseException:
            ours.close()
            raise
        return await self._admitted(run, limits)

    async def _admitted(self, run: Run, limits: Limits) -> Run:
        if self._cgroups is None:
            self._scales.add(run, limits)
            return run
        try:
            # Joining may wait for the kernel's grace period, some milliseconds.
            run.group = await asyncio.to_thread(self._cgroups.admit, run.starter_pid, limits)
        except OSError as error:
            await run.close()
            raise SandboxError(f"no cgroup for the run: {error}") from error
        except BaseException:
            await run.close()
            raise
        return run

    async def _blame(self, life: Life, limits: Limits, error: Exception, asked: float) -> None:
        """Replace the process for whose death or silence there is no run, if that is known.

        One that is only slow still answers others, and must not take their runs along.
        """
        if self._life is not life:
            return  # a neighbour's call has come to the same end
        if life.has_ended:
            await self._replace(life, Reason.DIED)
        elif not isinstance(error, TimeoutError):
            return
        elif life.has_untaken_requests or (life.answered <= asked and not limits.fastapi):
            await self._replace(life, Reason.HUNG)
        elif limits.fastapi:
            self._note(Role.SECOND_ZYGOTE, Reason.HUNG)
            self._renews_second = True

    def _renews(self, limits: Limits) -> bool:
        """Whether the zygote is to end the one that makes such runs, and make it anew.

        It has not answered while the first has, or its answer will find nobody.
        """
        renews = limits.fastapi and self._renews_second
        self._renews_second = self._renews_second and not renews
        return renews

    def _request(self, limits: Limits) -> dict[str, Any]:
        return build_request(limits)

    def _run(self, control: socket.socket, pid: int, request: dict[str, Any]) -> Run:
        return Run(control, pid)

    async def _end_below(self, pid: int) -> None:
        """End what would not end with the zygote of this pid: nothing, in a pid namespace."""

    async def _starter(self, control: socket.socket, life: Life) -> int:
        """Return the host pid of the run's pid 1, learnt from its first word."""
        await wait_readable_in_own_time(control.fileno(), life.workers, self._open)
        word, pid = receive_with_pid(control)
        if word[:1] == b"E":
            raise SandboxError(f"a wall did not hold: {word[1:].decode('utf-8', 'replace')}")
        if word != b"B" or pid is None:
            raise BrokenPipeError(f"it ended: {life.last_words()}")
        control.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 0)
        return pid

    async def _ready(self) -> Life:
        """Return the zygote, starting it if there is none or it has died."""
        async with self._starting:
            if self._life is not None and self._life.has_ended:
                await self._replace(self._life, Reason.DIED)
            if self._life is not None:
                return self._life
            life = self._life = await Life.launch(self._start, self._end_below)
            asyncio.get_running_loop().add_reader(life.control, self._on_word, life)
            if self._cgroups is not None:
                await asyncio.to_thread(self._cgroups.adopt_zygote, life.pid)
            return life

    async def _keep(self) -> None:
        """Have another zygote started as soon as one has ended, with pauses if it does not last."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                life = await self._ready()
                await life.until_ended()
            except SandboxError as error:
                _log.error("the zygote does not start again: %s", error)
            else:
                await self._replace(life, Reason.DIED)
            if time.monotonic() - began >= _LASTED_SECONDS:
                failures = 0
            await asyncio.sleep(_PAUSES_SECONDS[min(failures, len(_PAUSES_SECONDS) - 1)])
            failures += 1

    def _on_word(self, life: Life) -> None:
        """Hear that the second zygote has died; the first makes another by itself."""
        try:
            word, _ = receive_with_pid(life.control)
        except BlockingIOError:
            return
        except OSError:
            word = b""
        if word == _SECOND_DIED:
            self._note(Role.SECOND_ZYGOTE, Reason.DIED)
        elif not word:
            asyncio.get_running_loop().remove_reader(life.control)

    async def _replace(self, life: Life, reason: Reason) -> None:
        """End a zygote that died or hangs, unless that was done already, and count it."""
        if self._life is life:
            self._note(Role.ZYGOTE, reason)
            await self._discard(life)

    def _note(self, role: Role, reason: Reason) -> None:
        self._restarts.add(role, reason)
        _log.error("%s %s and is replaced", role.value, reason.value)

    async def _discard(self, life: Life | None) -> None:
        """End the zygote and every run of it, and forget it, also if the caller is cancelled."""
        self._life = None
        if life is not None:
            await finish_despite_cancel(life.end(self._end_below), seconds=2 * END_SECONDS)


def _may_pass(error: SandboxError) -> bool:
    """Whether it did not start for want of time or room, and not because this host forbids it."""
    cause = error.__cause__
    is_room = isinstance(cause, OSError) and cause.errno in NO_ROOM
    return is_room or isinstance(cause, TimeoutError)
