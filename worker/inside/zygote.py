"""The zygote: a warm interpreter, started once, from which every run's starter is forked.

Starting Python and importing asyncio costs 80 ms of processor time; a fork of a process that has
done so costs a few. The zygote is exec'ed with an empty environment and never sees a suite, a
submission or a token: a process forked from the grader would carry all of those in its memory,
where a student could find them. It sends no answers, so the trusted side need not believe it; it
only reports, to be counted, that the second zygote has died.

Runs that use FastAPI are forked from a second zygote, itself forked from the first when first
needed: with one zygote for all, FastAPI's pages would make every run slower.
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

from . import bare, isolation, libraries, likeness, linux, preload, seccomp
from .starter import Starter

# What the exercises use: imported once here, and not in every process.
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
    """Isolate the zygote, warm up, report that it is ready, then fork a starter per request."""
    linux.raise_oom_score(isolation.ZYGOTES_OOM_SCORE)
    settings = json.loads(sys.argv[1])
    control = socket.socket(fileno=settings["control"])
    Zygote(control, settings).run()


class Zygote:
    """Forks the runs, which inherit all that it has prepared."""

    def __init__(self, control: socket.socket, settings: dict[str, Any]) -> None:
        self._control = control
        self._second: socket.socket | None = None
        self._second_pidfd, self._second_is_asked = -1, False
        self._is_second = False
        self._starter_filter = seccomp.Filter(seccomp.build_starter_filter())
        programs = (seccomp.build_check_filter(network=network) for network in (False, True))
        self._check_filters = [seccomp.Filter(program) for program in programs]
        is_bare = settings.get("bare")
        self._isolation = bare.NoIsolation(settings) if is_bare else isolation.Isolation()
        # Import only afterwards: modules keep the paths under which they were imported.
        self._isolation.isolate_zygote()
        # Before ours: an exercise may want another version of a library that we have, too.
        folders = [settings["libraries"]] if "libraries" in settings else []
        ours = [settings["site"]] if "site" in settings else []  # built for one interpreter
        sys.path += [*folders, *ours]
        _warm(folders)
        self._isolation.drop_root()

    def run(self) -> NoReturn:
        """Fork a starter for each request until the trusted side closes the socket."""
        # The kernel reports the end of a run to the trusted side; this process reaps none.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        # Ctrl-C sent from within a run must not end its pid 1.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        self._control.send(b"ready")
        self._serve()

    def _serve(self) -> NoReturn:
        while True:
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            if self._second is not None:
                poll.register(self._second_pidfd, select.POLLIN)
            ready = {fd for fd, _ in poll.poll()}
            # Before a request, which may start another with a descriptor of the same number.
            if self._second is not None and self._second_pidfd in ready:
                self._replace_second()
            if self._control.fileno() in ready:
                self._handle_request()

    def _handle_request(self) -> None:
        message, fds, _, _ = socket.recv_fds(self._control, _REQUEST_BYTES, 1)
        if not message:
            self._isolation.leave()
        self._make_run(message, fds[0])

    def _make_run(self, message: bytes, control: int) -> None:
        request = json.loads(message)
        try:
            if request["fastapi"] and not self._is_second:
                if request["renew"]:
                    self._end_second()
                self._forward(message, control)
            elif self._isolation.fork_run() == 0:
                self._become_starter(request, control)
        except OSError as error:
            _report_error(control, error)
        finally:
            os.close(control)

    def _forward(self, message: bytes, control: int) -> None:
        """Have the second zygote make the run."""
        for is_last in (False, True):
            second = self._second or self._start_second()
            try:
                socket.send_fds(second, [message], [control])
                self._second_is_asked = True
                return
            except OSError:  # it has just died, or its queue is full
                self._report_second_died()
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

    def _report_second_died(self) -> None:
        """Report the death of the second zygote, and make sure that it is dead."""
        self._end_second()
        with contextlib.suppress(BlockingIOError):
            self._control.send(b"second", socket.MSG_DONTWAIT)

    def _replace_second(self) -> None:
        """Start another one; if this one was never used, wait for the next request instead."""
        was_asked = self._second_is_asked
        self._report_second_died()
        if was_asked:
            with contextlib.suppress(OSError):  # no process left now; the next request tries again
                self._start_second()

    def _end_second(self) -> None:
        """End the second zygote, if there is one; the runs that it has forked go on."""
        if self._second is not None:
            self._second.close()
            self._second = None
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._second_pidfd, signal.SIGKILL)
            os.close(self._second_pidfd)

    def _become_second(self, control: socket.socket) -> NoReturn:
        """Import FastAPI, then serve requests as the first zygote does, until that one ends."""
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
        """Isolate the run and serve it. On any error the process ends: no run is half isolated."""
        try:
            filters = self._starter_filter, self._check_filters[request["network"]]
            privileges = isolation.PrivilegeDrop(filters, request["limits"])
            kept = self._isolation.isolate_run(request)
            linux.raise_oom_score(isolation.RUNS_OOM_SCORE, self._isolation.proc)
            privileges.restrict_starter(self._isolation.capabilities)
            _close_all_except(control, *kept)
            starter = Starter(socket.socket(fileno=control), self._isolation, privileges)
            starter.run()
        except BaseException as error:  # noqa: BLE001  there is no caller to raise to
            _report_error(control, error)
        finally:
            self._isolation.leave()


def _close_all_except(*kept: int) -> None:
    """Put /dev/null on the three streams, keep these, and close every other descriptor."""
    null = os.open("/dev/null", os.O_RDWR)
    for fd in range(3):
        os.dup2(null, fd)
    before = 2
    for fd in sorted(kept):
        linux.close_between(before + 1, fd - 1)
        before = fd
    linux.close_between(before + 1)


def _report_error(control: int, error: BaseException) -> None:
    """Send the trusted side, which waits for a `B`, the reason why there is no run."""
    with contextlib.suppress(OSError):
        message = f"E{type(error).__name__}: {error}"
        os.write(control, message.encode("utf-8", "replace")[:500])


def _warm(folders: list[str]) -> None:
    """Import what programs use, run its first-use paths, and freeze it for the collector.

    `folders` hold the libraries of one exercise.

    A collection in a child would write to every object, and so copy every page.
    """
    for name in PRELOAD:
        with contextlib.suppress(ImportError):  # a runtime need not contain all of them
            importlib.import_module(name)

    loop = asyncio.new_event_loop()

    # Name every task: asyncio numbers the unnamed ones, and a program's first must be Task-1.
    async def first_use() -> None:
        await asyncio.gather(*(loop.create_task(asyncio.sleep(0), name="warm") for _ in range(2)))
        async with asyncio.timeout(1):
            await asyncio.sleep(0)
        async with asyncio.TaskGroup():  # its create_task() takes a number before the name
            await asyncio.sleep(0)

    loop.run_until_complete(loop.create_task(first_use(), name="warm"))
    loop.close()
    for folder in folders:
        preload.import_all(folder)
    likeness.prepare()
    gc.collect()
    gc.freeze()
