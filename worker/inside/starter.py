"""The starter: pid 1 of a grading run, which makes each check's process from one compiled program.

It speaks with the trusted side over a SEQPACKET socket, one message at a time:

  B                        to us, once: the run's walls are up. The kernel attaches our host pid.
  S + memfd                from us: the program, opaque; compiled once, then kept.
  F + n x DESCRIPTORS      from us: n fresh processes, in this order, each in a cell of its own; for
                           each its socket, what it prints on 1 and on 2, and where stacks go.
  X + number, status       to us: process `number` (from 0 over the run) ended with this status,
                           and nothing of its cell is left.
  N + number               to us: the machine had no process or memory for process `number`.

When nobody reads a check's output any more, its cell is ended. The end of the control socket is the
end of the run: pid 1 leaves, and the kernel kills all that is left. No line of the student's is
ever run in this process, which keeps one capability: to make the namespaces of a cell.
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
_WALL_DID_NOT_HOLD = 112


class Check:
    """One check's process, its cell, and the descriptors by which we learn of its end.

    watched  Readable when the process has ended.
    output   The writing end of what it prints: an error on it means that nobody listens.
    """

    def __init__(self, number: int, pid: int, cell: cells.Cell | bare.NoCell, output: int) -> None:
        self.number, self.pid, self.cell = number, pid, cell
        self.watched, self.output = os.pidfd_open(pid), os.dup(output)


class Starter:
    """One run: the program, and the processes that serve it."""

    def __init__(
        self,
        control: socket.socket,
        walls_: isolation.Walls | bare.NoWalls,
        shedding: isolation.Shedding,
    ) -> None:
        self._control, self._walls, self._shedding = control, walls_, shedding
        self._program: Any = None
        self._started = 0
        self._checks: dict[int, Check] = {}  # by each of their two descriptors
        self._poll = select.poll()

    def run(self) -> NoReturn:
        """Obey the trusted side until it hangs up."""
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
                    self._obey()
                elif check := self._checks.get(fd):  # it may have ended a moment ago
                    self._end(check)

    def _obey(self) -> None:
        """Do all that has been asked for by now."""
        wanted: list[int] = []
        with contextlib.suppress(BlockingIOError):
            while True:
                message, fds = self._receive()
                if not message:
                    self._walls.leave()
                if message == b"F":
                    wanted += fds
                else:
                    self._program = agent.prepare(_read(fds[0]))
                    os.close(fds[0])
                    # What the children share stays shared: a collection in one would write to
                    # every page.
                    gc.collect()
                    gc.freeze()
        self._start(wanted)
        for fd in wanted:
            os.close(fd)

    def _receive(self) -> tuple[bytes, list[int]]:
        """Return what lies ready, and its descriptors; socket.recv_fds heeds no flags."""
        space = socket.CMSG_LEN(_MAX_DESCRIPTORS * 4)
        try:
            message, ancillary, _, _ = self._control.recvmsg(64, space, socket.MSG_DONTWAIT)
        except ConnectionResetError:  # hung up on, with words of ours unread
            return b"", []
        fds = array.array("i")
        for _, _, content in ancillary:  # the control socket carries nothing but descriptors
            fds.frombytes(content)
        return message, fds.tolist()

    def _start(self, wanted: list[int]) -> None:
        """Start a process for each socket and output; as little as can be between the forks.

        A fork makes the parent copy again whatever page it writes to next.
        """
        forked: list[tuple[int, cells.Cell | bare.NoCell]] = []
        for at in range(0, len(wanted), DESCRIPTORS):
            cell = self._walls.make_cell()
            try:
                pid = cell.fork()
            except OSError:  # the machine has no process or no memory for it
                pid = -1
            if pid == 0:
                self._serve(cell, *wanted[at : at + DESCRIPTORS])
            forked.append((pid, cell))
        for (pid, cell), output in zip(forked, wanted[1::DESCRIPTORS], strict=True):
            number, self._started = self._started, self._started + 1
            if pid < 0:
                self._tell(b"N" + struct.pack("!H", number))
                continue
            check = Check(number, pid, cell, output)
            self._checks[check.watched] = self._checks[check.output] = check
            self._poll.register(check.watched, select.POLLIN)
            self._poll.register(check.output, 0)

    def _serve(
        self, cell: cells.Cell | bare.NoCell, socket_: int, output: int, errors: int, stacks: int
    ) -> NoReturn:
        """Become a check's process: three streams, two ways to us, signals as in any program."""
        code = _WALL_DID_NOT_HOLD
        try:
            folder = cell.enter()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(output, 1)
            os.dup2(errors, 2)
            self._control.detach()
            # First out of the way of the numbers that they will have.
            socket_, stacks = os.dup(socket_), os.dup(stacks)
            os.dup2(socket_, CHECK_SOCKET)
            os.dup2(stacks, STACKS)
            linux.close_from(STACKS + 1)
            isolation.settle(folder)
            # Before the filter, which lets nobody change it, and before any word of ours.
            task_locations.write_stacks(STACKS)
            self._shedding.drop()
            likeness.enter(self._program.main, folder)
            code = 0
            agent.serve(self._program, CHECK_SOCKET)
        finally:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # the student may have closed or replaced it
                    stream.flush()
            os._exit(code)

    def _end(self, check: Check) -> None:
        """End a check whose process has ended, or that nobody listens to, and tell of it."""
        if not os.waitid(os.P_PID, check.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            check.cell.kill()
        _, status = os.waitpid(check.pid, 0)
        check.cell.end()
        for fd in (check.watched, check.output):
            del self._checks[fd]
            self._poll.unregister(fd)
            os.close(fd)
        self._tell(b"X" + struct.pack("!Hi", check.number, status))

    def _tell(self, word: bytes) -> None:
        try:
            self._control.send(word)
        except OSError:  # nobody listens any more
            self._walls.leave()


def _read(memfd: int) -> bytes:
    """Return the whole program; by position, since the offset is shared with the giver."""
    return os.pread(memfd, MAX_PROGRAM_BYTES, 0)
