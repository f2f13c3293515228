"""One open sandbox, and how it ends for certain.

Nothing a starter says is believed beyond "here I am": its pid comes from the kernel with the
message, its end from a pidfd, the counts from its cgroup.
"""

import array
import asyncio
import contextlib
import os
import select
import signal
import socket
import struct

from .cgroups import RunGroup
from .protocol import ResourceUsage, SandboxError

LOSS_SECONDS = 2.0
END_SECONDS = 20.0  # SIGKILL to the last process gone; a fork bomb took 0.2 s
_WORD_BYTES = 1024
# The first frame to a check's process that has nothing to make, as graders.kit.wire packs it.
NO_RESOURCES = b'\x00\x00\x00\x11{"resources": []}'


class Run:
    """One grading run's sandbox; see `protocol.OpenSandbox`."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.starter_pid = pid
        self.group: RunGroup | None = None
        self.zygote_over = asyncio.Event()
        self.ended_for_memory = 0  # of its checks, where it has no group to count that
        self._leftovers: ResourceUsage | None = None
        self._pidfd = os.pidfd_open(pid)
        try:
            # The starter holds the only other end. It is still there, so it was alive when the
            # pidfd was made, and the pid had not passed to a process of somebody else's.
            control.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            pass
        os.close(self._pidfd)
        raise BrokenPipeError("the starter ended at once")

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self._leftovers is None

    async def ended_with_zygote(self) -> bool:
        """Whether it ended because its zygote did; to be asked before `close`."""
        look = select.poll()
        look.register(self._pidfd, select.POLLIN)
        if self._leftovers is not None or not look.poll(0):
            return False
        # Its processes go before the zygote's own end is seen. If there is none, something else
        # has ended the starter, such as a run's cgroup that is out of memory.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOSS_SECONDS):
                return await self.zygote_over.wait()
        return False

    async def close(self) -> ResourceUsage:
        """End every process of the run and take its cgroup away. Safe to call twice."""
        if self._leftovers is None:
            self._leftovers = ResourceUsage()
            self.control.close()
            try:
                await self._end(self._pidfd)
            finally:
                if self.group is not None:
                    self._leftovers = self.group.remove()
                elif self.ended_for_memory:
                    self._leftovers = ResourceUsage(oom_kills=self.ended_for_memory)
        return self._leftovers

    async def _end(self, pidfd: int) -> None:
        await end_process(pidfd)


async def end_process(pidfd: int) -> None:
    """End a process and wait until it is over; closes `pidfd`.

    SIGKILL at once: nothing inside is to have a last word. The pidfd reports the end of pid 1 of
    a namespace only when the kernel has killed and buried all that lived in it.

    Raises:
        SandboxError: they do not end.
    """
    try:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        await wait_readable_within(END_SECONDS, pidfd)
    except TimeoutError as error:
        raise SandboxError("the processes of a sandbox do not end") from error
    finally:
        os.close(pidfd)


async def wait_readable(fd: int) -> None:
    """Wait until `fd` can be read; the caller sets the limit."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)


async def wait_readable_within(seconds: float, fd: int) -> None:
    """Wait until `fd` can be read; what came while this process itself was stopped counts.

    Raises:
        TimeoutError: nothing came.
    """
    try:
        async with asyncio.timeout(seconds):
            await wait_readable(fd)
    except TimeoutError:
        look = select.poll()
        look.register(fd, select.POLLIN)
        if not look.poll(0):
            raise


def receive_with_pid(control: socket.socket) -> tuple[bytes, int | None]:
    """Return one message and the host pid that the kernel attached to it.

    Descriptors that a hostile sender attaches are closed unseen.
    """
    word, ancillary, _, _ = control.recvmsg(_WORD_BYTES, socket.CMSG_SPACE(12) + 1024)
    pid = None
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_CREDENTIALS:
            pid = struct.unpack("3i", data[:12])[0]
        elif level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            for fd in array.array("i", data[: len(data) - len(data) % 4]):
                os.close(fd)
    return word, pid
