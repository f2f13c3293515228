"""The starter: pid 1 of a grading run; it forks each check's process from one compiled program.

It exchanges messages with the trusted side over a SEQPACKET socket:

  B                        to the trusted side, once: the run is isolated. The kernel attaches our
                           host pid.
  S + memfd                from the trusted side: the submission; compiled once, then kept.
  F + n x DESCRIPTORS      from the trusted side: start n processes, in this order, each in its own
                           cell; for each its socket, its streams 1 and 2, and a pipe for stacks.
  X + number, status       to the trusted side: process `number` (counted from 0 over the run) ended
                           with this status, and nothing is left of its cell.
  N + number               to the trusted side: no process or memory for process `number`.

A cell also ends when the reader of its output is closed. The end of the control socket ends the
run: pid 1 exits, and the kernel kills all that is left. No student code runs in this process, which
keeps one capability: to make the namespaces of a cell.
"""

import array
import contextlib
import gc
import os
import select
import signal
import socket
import struct
import sys
from typing import Any, NoReturn

from . import agent, bare, cells, isolation, likeness, linux, task_locations

CHECK_SOCKET, STACKS = 3, 4
DESCRIPTORS = 4
MAX_PROGRAM_BYTES = 2 * 1024 * 1024
_MAX_DESCRIPTORS = 250  # the kernel passes at most 253 in one message
_ISOLATION_FAILED = 112


class Check:
    """One check's process, its cell, and two descriptors that report its end.

    watched  Its pidfd: readable when the process has ended.
    output   The writing end of its output: an error on it means that the reader is closed.
    """

    def __init__(self, number: int, pid: int, cell: cells.Cell | bare.NoCell, output: int) -> None:
        self.number, self.pid, self.cell = number, pid, cell
        self.watched, self.output = os.pidfd_open(pid), os.dup(output)


class Starter:
    """One run: the program, and the processes that execute it."""

    def __init__(
        self,
        control: socket.socket,
        isolation_: isolation.Isolation | bare.NoIsolation,
        privileges: isolation.PrivilegeDrop,
    ) -> None:
        self._control, self._isolation, self._privileges = control, isolation_, privileges
        self._program: Any = None
        self._started = 0
        self._checks: dict[int, Check] = {}  # by each of its two descriptors
        self._poll = select.poll()

    def run(self) -> NoReturn:
        """Handle the trusted side's messages until it closes the socket."""
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ.clear()
        os.environ.update(isolation.environment(cells.WORK))
        os.umask(0o022)
        likeness.make_streams()
        self._poll.register(self._control, select.POLLIN)
        self._control.send(b"B")
        while True:
            for fd, _ in self._poll.poll():
                if fd == self._control.fileno():
                    self._handle_messages()
                elif check := self._checks.get(fd):  # not ended by its other descriptor
                    self._end(check)

    def _handle_messages(self) -> None:
        """Handle every message that has arrived."""
        wanted: list[int] = []
        with contextlib.suppress(BlockingIOError):
            while True:
                message, fds = self._receive()
                if not message:
                    self._isolation.leave()
                if message == b"F":
                    wanted += fds
                else:
                    self._program = agent.prepare(_read(fds[0]))
                    os.close(fds[0])
                    # Keep pages shared with the children: a collection in one would write to
                    # every page.
                    gc.collect()
                    gc.freeze()
        self._start(wanted)
        for fd in wanted:
            os.close(fd)

    def _receive(self) -> tuple[bytes, list[int]]:
        """Return one message and its descriptors; socket.recv_fds ignores the flags."""
        space = socket.CMSG_LEN(_MAX_DESCRIPTORS * 4)
        try:
            message, ancillary, _, _ = self._control.recvmsg(64, space, socket.MSG_DONTWAIT)
        except ConnectionResetError:  # closed by the trusted side with messages of ours unread
            return b"", []
        fds = array.array("i")
        for _, _, content in ancillary:  # the control socket carries descriptors only
            fds.frombytes(content)
        return message, fds.tolist()

    def _start(self, wanted: list[int]) -> None:
        """Start the requested processes; do as little as possible between the forks.

        After each fork the parent copies every page that it writes to.
        """
        forked: list[tuple[int, cells.Cell | bare.NoCell]] = []
        for at in range(0, len(wanted), DESCRIPTORS):
            cell = self._isolation.make_cell()
            try:
                pid = cell.fork()
            except OSError:  # the machine has no process or no memory left
                pid = -1
            if pid == 0:
                self._serve(cell, *wanted[at : at + DESCRIPTORS])
            forked.append((pid, cell))
        for (pid, cell), output in zip(forked, wanted[1::DESCRIPTORS], strict=True):
            number, self._started = self._started, self._started + 1
            if pid < 0:
                self._send(b"N" + struct.pack("!H", number))
                continue
            check = Check(number, pid, cell, output)
            self._checks[check.watched] = self._checks[check.output] = check
            self._poll.register(check.watched, select.POLLIN)
            self._poll.register(check.output, 0)

    def _serve(
        self, cell: cells.Cell | bare.NoCell, socket_: int, output: int, errors: int, stacks: int
    ) -> NoReturn:
        """Become a check's process: set up streams, sockets and signals, then run the agent."""
        code = _ISOLATION_FAILED
        try:
            folder = cell.enter()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(output, 1)
            os.dup2(errors, 2)
            self._control.detach()
            # First move them away from the numbers that they are to have.
            socket_, stacks = os.dup(socket_), os.dup(stacks)
            os.dup2(socket_, CHECK_SOCKET)
            os.dup2(stacks, STACKS)
            linux.close_from(STACKS + 1)
            isolation.prepare_work_folder(folder)
            # Before the filter, which forbids changing the handler, and before the first frame.
            task_locations.register_stack_dumps(STACKS)
            self._privileges.restrict_check()
            likeness.enter(self._program.main, folder)
            code = 0
            agent.serve(self._program, CHECK_SOCKET)
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # the student may have closed or replaced it
                    stream.flush()
            os._exit(code)

    def _end(self, check: Check) -> None:
        """End a check whose process has ended or whose output has no reader, and report it."""
        if not os.waitid(os.P_PID, check.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            check.cell.kill()
        _, status = os.waitpid(check.pid, 0)
        check.cell.end()
        for fd in (check.watched, check.output):
            del self._checks[fd]
            self._poll.unregister(fd)
            os.close(fd)
        self._send(b"X" + struct.pack("!Hi", check.number, status))

    def _send(self, message: bytes) -> None:
        try:
            self._control.send(message)
        except OSError:  # the trusted side has closed the socket
            self._isolation.leave()


def _read(memfd: int) -> bytes:
    """Return the whole submission; by position, because the offset is shared with the sender."""
    return os.pread(memfd, MAX_PROGRAM_BYTES, 0)
