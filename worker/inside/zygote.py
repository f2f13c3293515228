"""The zygote: a warm interpreter, started once, from which every run's starter is forked.

Starting Python and importing asyncio costs 80 ms of processor, a fork of a process that has done so
a few. It is exec'ed with an empty environment and never sees a suite, a submission or a token: a
process forked from the grader itself would carry all of those in its memory for a student to find.
It never answers either, so there is nothing of its own that a caller could be made to believe;
it only says, for a count, that the second zygote has died.

Runs that want FastAPI are forked from a second one, itself forked from the first when it is first
needed: in one for all, its pages would make every run dearer.
"""

import asyncio
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from typing import Any, NoReturn

from . import bare, isolation, libraries, likeness, linux, seccomp
from .starter import Starter

# What the exercises use; imported here, their first use is paid once and not in every process.
PRELOAD = (
    "anyio",
    "anyio._backends._asyncio",
    "anyio.to_thread",
    "concurrent.futures.thread",
    "dataclasses",
    "random",
)
_REQUEST_BYTES = 4096


def main() -> NoReturn:
    """Raise the zygote's walls, warm up, say so, then make a starter for every request."""
    linux.offer_to_oom_killer(isolation.ZYGOTES_OOM_SCORE)
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    Zygote(control, settings).run()


class Zygote:
    """What is made once and handed to every run by fork."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        self._control = control
        self._second: socket.socket | None = None
        self._second_pidfd, self._second_is_asked = -1, False
        self._is_second = False
        self._wide = seccomp.Filter(seccomp.build_wide())
        narrow = (seccomp.build_narrow(network=network) for network in (False, True))
        self._narrow = [seccomp.Filter(steps) for steps in narrow]
        self._walls = bare.NoWalls(settings) if settings.get("bare") else isolation.Walls()
        # The imports come after: what is imported outside the walls keeps the paths of outside.
        self._walls.seclude_zygote()
        sys.path.append(settings["site"])
        _warm()
        self._walls.settle_zygote()

    def run(self) -> NoReturn:
        """Fork a starter for each request until the trusted side hangs up."""
        # Ends of runs are learnt by the trusted side itself, from the kernel; nobody waits here.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        # A run's pid 1 must not be brought down by Ctrl-C sent from within.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self._control.send(b"ready")
        self._serve()

    def _serve(self) -> NoReturn:
        while True:
            look = select.poll()
            look.register(self._control, select.POLLIN)
            if self._second is not None:
                look.register(self._second_pidfd, select.POLLIN)
            for fd, _ in look.poll():
                if fd == self._control.fileno():
                    self._obey()
                elif self._second is not None and fd == self._second_pidfd:
                    self._replace_second()

    def _obey(self) -> None:
        message, fds, _, _ = socket.recv_fds(self._control, _REQUEST_BYTES, 1)
        if not message:
            self._walls.leave()
        self._make_run(message, fds[0])

    def _make_run(self, message: bytes, control: int) -> None:
        request = json.loads(message)
        try:
            if request["fastapi"] and not self._is_second:
                if request["renew"]:
                    self._end_second()
                self._pass_on(message, control)
            elif self._walls.fork_run() == 0:
                self._become_starter(request, control)
        except OSError as error:
            _complain(control, error)
        finally:
            os.close(control)

    def _pass_on(self, message: bytes, control: int) -> None:
        """Have the second zygote make the run."""
        for is_last in (False, True):
            second = self._second or self._start_second()
            try:
                socket.send_fds(second, [message], [control])
                self._second_is_asked = True
                return
            except OSError:  # it has just died, or takes nothing any more
                self._lose_second()
                if is_last:
                    raise

    def _start_second(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            pid = os.fork()
            if pid == 0:
                ours.close()
                self._become_second(theirs)
            self._second_pidfd, self._second_is_asked = os.pidfd_open(pid), False
        ours.setblocking(False)
        self._second = ours
        return ours

    def _lose_second(self) -> None:
        """Say that the second zygote is to be counted as dead, and make sure that it is."""
        self._end_second()
        with contextlib.suppress(BlockingIOError):
            self._control.send(b"second", socket.MSG_DONTWAIT)

    def _replace_second(self) -> None:
        """Make another one; if it dies before it is asked, only the next request has one made."""
        was_asked = self._second_is_asked
        self._lose_second()
        if was_asked:
            with contextlib.suppress(OSError):  # no room now; the next request tries again
                self._start_second()

    def _end_second(self) -> None:
        """End the second zygote, if there is one; the runs that it has made go on."""
        if self._second is not None:
            self._second.close()
            self._second = None
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._second_pidfd, signal.SIGKILL)
            os.close(self._second_pidfd)

    def _become_second(self, control: socket.socket) -> NoReturn:
        """Warm up further, then serve like the first, and leave with it."""
        try:
            self._control.close()
            self._control, self._is_second = control, True
            libraries.load_named(["import fastapi"])
            gc.collect()
            gc.freeze()
            self._serve()
        finally:
            os._exit(111)

    def _become_starter(self, request: dict[str, Any], control: int) -> NoReturn:
        """Raise the run's walls and serve it. Whatever fails, the process ends: no half a jail."""
        try:
            filters = self._wide, self._narrow[request["network"]]
            shedding = isolation.Shedding(filters, request["limits"])
            kept = self._walls.seclude_run(request)
            linux.offer_to_oom_killer(isolation.RUNS_OOM_SCORE, self._walls.proc)
            shedding.keep(self._walls.power)
            _keep_only(control, *kept)
            starter = Starter(socket.socket(fileno=control), self._walls, shedding)
            starter.run()
        except BaseException as error:  # noqa: BLE001  there is no caller to rise to
            _complain(control, error)
        finally:
            self._walls.leave()


def _keep_only(*kept: int) -> None:
    """Null on the three streams, these, and every other descriptor closed."""
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    before = 2
    for fd in sorted(kept):
        linux.close_between(before + 1, fd - 1)
        before = fd
    linux.close_between(before + 1)


def _complain(control: int, error: BaseException) -> None:
    """Tell the trusted side why there is no run; it is waiting for a `B`."""
    with contextlib.suppress(OSError):
        words = f"E{type(error).__name__}: {error}"
        os.write(control, words.encode("utf-8", "replace")[:500])


def _warm() -> None:
    """Import what programs use, walk its first-use paths, and hide it from the collector.

    A collection in a child would touch every object, and so copy every page.
    """
    for name in PRELOAD:
        with contextlib.suppress(ImportError):  # a runtime of another exercise may not have it
            importlib.import_module(name)

    loop = asyncio.new_event_loop()

    # Every task by a name: those without are counted, and a program's first is to be Task-1.
    async def first_use() -> None:
        await asyncio.gather(*(loop.create_task(asyncio.sleep(0), name="warm") for _ in range(2)))
        async with asyncio.timeout(1):
            await asyncio.sleep(0)
        async with asyncio.TaskGroup():  # its create_task() counts before it names
            await asyncio.sleep(0)

    loop.run_until_complete(loop.create_task(first_use(), name="warm"))
    loop.close()
    likeness.prepare()
    gc.collect()
    gc.freeze()
