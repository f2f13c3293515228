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

from worker.inside import linux

from .own_time import Limit, family_of, wait_readable_in_own_time
from .protocol import SandboxError, SandboxInterrupted
from .runs import END_SECONDS, end_process, receive_with_pid, wait_readable

START: Final = Limit(own_seconds=30.0, clock_seconds=600.0)  # usually 0.3 s of its own time
_ERROR_BYTES = 4000

Start = Callable[[int, int], "subprocess.Popen[bytes]"]
KillDescendants = Callable[[int], Awaitable[None]]


class ZygoteProcess:
    """A zygote that has reported that it is ready; made by `launch`.

    pid          Its pid on this host.
    control      Our end of its socket, non-blocking.
    ended        Set when it is known to have ended, or is being ended.
    answered_at  When it last made a run, on the monotonic clock; 0.0 if never.
    """

    def __init__(self, control: socket.socket, errors: int) -> None:
        self.control, self._errors = control, errors
        self.process: subprocess.Popen[bytes] | None = None
        self.pid, self._pidfd = 0, -1
        self.ended = asyncio.Event()
        self.answered_at = 0.0

    @classmethod
    async def launch(cls, start: Start, kill_descendants: KillDescendants) -> Self:
        """Start one and wait until it is ready; `kill_descendants` as for `end`.

        Raises:
            SandboxError: it does not start; the message ends with its last line of error output.
            SandboxInterrupted: it wrote no such line.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        zygote = cls(ours, os.memfd_create("zygote-errors", os.MFD_CLOEXEC))
        try:
            with theirs:
                zygote.process = process = start(theirs.fileno(), zygote._errors)
            await wait_readable_in_own_time(ours.fileno(), lambda: family_of(process.pid), START)
            message, pid = receive_with_pid(ours)
            if message != b"ready" or pid is None:
                raise ConnectionResetError("it ended")
            zygote.pid, zygote._pidfd = pid, os.pidfd_open(pid)
        except (OSError, TimeoutError) as error:
            reason = zygote.last_error_line()
            await zygote.end(kill_descendants)
            kind = SandboxError if reason else SandboxInterrupted
            raise kind(f"the sandbox does not start ({error}): {reason}") from error
        except BaseException:
            await zygote.end(kill_descendants)
            raise
        return zygote

    @property
    def has_ended(self) -> bool:
        """Whether it, or the bubblewrap around it, has ended."""
        if self.process is None or self.process.poll() is not None:
            return True
        try:
            return not self.control.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def has_unread_requests(self) -> bool:
        """Whether the kernel still holds requests that it has not read."""
        unread = fcntl.ioctl(self.control, termios.TIOCOUTQ, struct.pack("i", 0))
        return bool(struct.unpack("i", unread)[0])

    def trusted_pids(self) -> list[int]:
        """Return the pids of the processes that make runs: both zygotes, and each run's starter.

        None of them ever runs student code.
        """
        zygotes, starters = [self.pid], list[int]()
        for zygote in zygotes:
            for child in linux.children_of(zygote):
                # A run has a pid namespace of its own; the second zygote has not.
                is_zygote = _pid_namespace_depth(child) == _pid_namespace_depth(self.pid)
                (zygotes if is_zygote else starters).append(child)
        return zygotes + starters

    async def wait_ended(self) -> None:
        """Return when it has ended; the caller sets the time limit."""
        pidfd = os.dup(self._pidfd)  # `end` closes the other
        try:
            await wait_readable(pidfd)
        finally:
            os.close(pidfd)

    def last_error_line(self) -> str:
        """Return the last line of its standard error, usually the reason why it ended.

        Runs cannot write there.
        """
        if self._errors < 0:
            return ""
        size = os.fstat(self._errors).st_size
        tail = os.pread(self._errors, _ERROR_BYTES, max(0, size - _ERROR_BYTES))
        return tail.decode("utf-8", "replace").strip().rpartition("\n")[2]

    async def end(self, kill_descendants: KillDescendants) -> None:
        """End it and every run of it, once; `kill_descendants` ends what would outlive it.

        Must not be cancelled half way: no other object refers to the process.
        """
        self.ended.set()
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
                await kill_descendants(process.pid)
        finally:
            process.kill()
            if self._pidfd >= 0:
                await end_process(self._pidfd)
        await asyncio.to_thread(process.wait, END_SECONDS)


def _pid_namespace_depth(pid: int) -> int:
    """Return in how many nested pid namespaces a process is; 0 if it has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next(len(line.split()) for line in lines if line.startswith("NSpid:"))
