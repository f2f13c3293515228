"""The starter: pid 1 of a grading run, which makes each check's process from one compiled program.

It speaks with the trusted side over a SEQPACKET socket, one message at a time:

  B                        to us, once: every wall is up. The kernel attaches our host pid.
  S + memfd                from us: the program, opaque; compiled once, then kept.
  F + n x (socket, output) from us: n fresh processes, in this order.
  X + number, status       to us: process `number` (from 0 over the run) ended with this status.

The end of the socket is the end of the run: pid 1 leaves, and the kernel kills all that is left.
No line of the student's is ever run in this process.
"""

import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from . import agent, linux

CONTROL, CHECK_SOCKET = 3, 3
MAX_PROGRAM_BYTES = 2 * 1024 * 1024
_MAX_DESCRIPTORS = 250  # the kernel passes at most 253 in one message
_COULD_NOT_START = 111 << 8


class Starter:
    """One run: the program, and the processes that serve it."""

    def __init__(self, control: socket.socket, leave: Callable[[], NoReturn]) -> None:
        self._control = control
        self._leave = leave
        self._program: Any = None
        self._started = 0
        self._numbers: dict[int, int] = {}  # pid -> number of the check process
        self._woken, self._wake = socket.socketpair()

    def run(self) -> NoReturn:
        """Obey the trusted side until it hangs up."""
        self._woken.setblocking(False)
        self._wake.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._wake.fileno(), warn_on_full_buffer=False)
        self._control.send(b"B")
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        poll.register(self._woken, select.POLLIN)
        while True:
            for fd, _ in poll.poll():
                if fd == self._woken.fileno():
                    self._reap()
                else:
                    self._obey()

    def _obey(self) -> None:
        message, fds, _, _ = socket.recv_fds(self._control, 64, _MAX_DESCRIPTORS)
        if not message:
            self._leave()
        if message == b"S":
            self._program = agent.prepare(_read(fds[0]))
            # What the children share stays shared: a collection in one would write to every page.
            gc.collect()
            gc.freeze()
        elif message == b"F":
            for check, output in zip(fds[::2], fds[1::2], strict=True):
                self._start(check, output)
        for fd in fds:
            os.close(fd)

    def _start(self, check: int, output: int) -> None:
        number, self._started = self._started, self._started + 1
        try:
            pid = os.fork()
        except OSError:  # the run's own processes have used up what it may have
            self._tell(number, _COULD_NOT_START)
            return
        if pid == 0:
            self._serve(check, output)
        self._numbers[pid] = number

    def _serve(self, check: int, output: int) -> NoReturn:
        """Become a check's process: three streams, one socket, and signals as in any program."""
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(output, 1)
            os.dup2(output, 2)
            self._control.detach()
            os.dup2(check, CHECK_SOCKET)
            linux.close_from(CHECK_SOCKET + 1)
            agent.serve(self._program, CHECK_SOCKET)
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # the student may have closed or replaced it
                    stream.flush()
            os._exit(0)

    def _reap(self) -> None:
        """Tell how each check's process ended; orphans that were left to us end unremarked."""
        with contextlib.suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid in self._numbers:
                    self._tell(self._numbers.pop(pid), status)

    def _tell(self, number: int, status: int) -> None:
        try:
            self._control.send(b"X" + struct.pack("!Hi", number, status))
        except OSError:  # nobody listens any more
            self._leave()


def _read(memfd: int) -> bytes:
    """Return the whole program; by position, since the offset is shared with the giver."""
    return os.pread(memfd, MAX_PROGRAM_BYTES, 0)
