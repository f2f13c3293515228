"""One zygote process, from its start to its end."""

import asyncio
import fcntl
import os
import socket
import struct
import subprocess
import termios
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, Self

from .own_time import Limit, children_of, family_of, wait_readable_in_own_time
from .protocol import SandboxError
from .runs import END_SECONDS, end_process, receive_with_pid, wait_readable

START: Final = Limit(own_seconds=30.0, clock_seconds=600.0)  # usually 0.3 s of its own
_DEATH_BYTES = 4000

Start = Callable[[int, int], "subprocess.Popen[bytes]"]


class Life:
    """A zygote that has said it is ready; see `launch`.

    pid       Its pid on this host.
    control   Our end of its socket, non-blocking.
    over      Set when it is known to have ended, or is being ended.
    answered  When it last made a run, on the monotonic clock; 0.0 if never.
    """

    def __init__(self, control: socket.socket, errors: int) -> None:
        self.control, self._errors = control, errors
        self.process: subprocess.Popen[bytes] | None = None
        self.pid, self._pidfd = 0, -1
        self.over = asyncio.Event()
        self.answered = 0.0

    @classmethod
    async def launch(cls, start: Start, end_below: Callable[[int], Awaitable[None]]) -> Self:
        """Start one and wait until it is ready; `end_below` as for `end`.

        Raises:
            SandboxError: it does not start; the message says why, in its last words.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        life = cls(ours, os.memfd_create("zygote-errors", os.MFD_CLOEXEC))
        try:
            with theirs:
                life.process = process = start(theirs.fileno(), life._errors)
            await wait_readable_in_own_time(ours.fileno(), lambda: family_of(process.pid), START)
            word, pid = receive_with_pid(ours)
            if word != b"ready" or pid is None:
                raise ConnectionResetError("it ended")
            life.pid, life._pidfd = pid, os.pidfd_open(pid)
        except (OSError, TimeoutError) as error:
            words = life.last_words()
            await life.end(end_below)
            raise SandboxError(f"the sandbox does not start ({error}): {words}") from error
        except BaseException:
            await life.end(end_below)
            raise
        return life

    @property
    def has_ended(self) -> bool:
        """Whether it, or what is around it, is gone already."""
        if self.process is None or self.process.poll() is not None:
            return True
        try:
            return not self.control.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def has_untaken_requests(self) -> bool:
        """Whether it has not yet read all that was sent to it; by the kernel's word."""
        unread = fcntl.ioctl(self.control, termios.TIOCOUTQ, struct.pack("i", 0))
        return bool(struct.unpack("i", unread)[0])

    def workers(self) -> list[int]:
        """Return the pids of those that make runs: it, a second one, and each run's first process.

        None of them ever runs a line of a student's.
        """
        zygotes, firsts = [self.pid], list[int]()
        for zygote in zygotes:
            for child in children_of(zygote):
                # A run has a pid namespace of its own; the second zygote has not.
                (zygotes if _depth(child) == _depth(self.pid) else firsts).append(child)
        return zygotes + firsts

    async def until_ended(self) -> None:
        """Return when it has ended; the caller sets the limit, if there is any."""
        pidfd = os.dup(self._pidfd)  # `end` closes the other
        try:
            await wait_readable(pidfd)
        finally:
            os.close(pidfd)

    def last_words(self) -> str:
        """Return the last line that it wrote on its error stream: the reason, usually.

        Runs cannot write there.
        """
        if self._errors < 0:
            return ""
        size = os.fstat(self._errors).st_size
        said = os.pread(self._errors, _DEATH_BYTES, max(0, size - _DEATH_BYTES))
        return said.decode("utf-8", "replace").strip().rpartition("\n")[2]

    async def end(self, end_below: Callable[[int], Awaitable[None]]) -> None:
        """End it and every run of it. Once; `end_below` ends what would outlive it.

        Not to be cancelled half way: nobody else knows the process any more.
        """
        self.over.set()
        asyncio.get_running_loop().remove_reader(self.control)
        self.control.close()
        if self._errors >= 0:
            os.close(self._errors)
            self._errors = -1
        process = self.process
        if process is None:
            return
        try:
            if process.poll() is None:
                await end_below(process.pid)
        finally:
            process.kill()
            if self._pidfd >= 0:
                await end_process(self._pidfd)
        await asyncio.to_thread(process.wait, END_SECONDS)


def _depth(pid: int) -> int:
    """Return in how many pid namespaces a process is; 0 if it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next(len(line.split()) for line in lines if line.startswith("NSpid:"))
