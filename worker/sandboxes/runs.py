"""One open sandbox, and how to end it reliably.

Nothing that a starter sends is trusted: its pid comes from the kernel with the message, its end
from a pidfd, the counts from its cgroup.
"""

import asyncio
import contextlib
import os
import select
import signal
import socket

from graders.credentials import receive_with_sender

from .cgroups import RunGroup
from .protocol import ResourceUsage, SandboxError

ZYGOTE_END_SECONDS = 2.0
END_SECONDS = 20.0  # SIGKILL to the last process gone; a fork bomb took 0.2 s
_MESSAGE_BYTES = 1024
# The first frame to a check's process without resources, as graders.kit.wire packs it.
NO_RESOURCES = b'\x00\x00\x00\x11{"resources": []}'


class Run:
    """One grading run's sandbox; see `protocol.OpenSandbox`."""

    def __init__(self, control: socket.socket, pid: int) -> None:
        self.control = control
        self.starter_pid = pid
        self.group: RunGroup | None = None
        self.zygote_ended = asyncio.Event()
        self.killed_for_memory = 0  # checks killed by memory accounting, where there is no cgroup
        self._usage: ResourceUsage | None = None
        self._pidfd = os.pidfd_open(pid)
        try:
            # The starter holds the only other end. If that is still open, the starter was alive
            # when the pidfd was made, and the pid had not been reused.
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
        return self._usage is None

    async def ended_with_zygote(self, *, within_seconds: float) -> bool:
        """Whether it ended because its zygote did; to be called before `close`."""
        if self._usage is not None:
            return False
        try:
            await wait_readable_within(within_seconds, self._pidfd)
        except TimeoutError:
            return False
        # Its processes end before the zygote's end is noticed. If the zygote does not end, the
        # starter was ended by something else, such as the run's cgroup, out of memory.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ZYGOTE_END_SECONDS):
                return await self.zygote_ended.wait()
        return False

    async def close(self) -> ResourceUsage:
        """End every process of the run and remove its cgroup. Safe to call twice."""
        if self._usage is None:
            self._usage = ResourceUsage()
            self.control.close()
            try:
                await self._end(self._pidfd)
            finally:
                if self.group is not None:
                    self._usage = self.group.remove()
                elif self.killed_for_memory:
                    self._usage = ResourceUsage(oom_kills=self.killed_for_memory)
        return self._usage

    async def _end(self, pidfd: int) -> None:
        await end_process(pidfd)


async def end_process(pidfd: int) -> None:
    """Kill a process and wait until it has ended; closes `pidfd`.

    SIGKILL at once: nothing inside may react. The pidfd reports the end of a namespace's pid 1 only
    after the kernel has killed and reaped every process of the namespace.

    Raises:
        SandboxError: it does not end within END_SECONDS.
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
    """Wait until `fd` can be read; the caller sets the time limit."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)


async def wait_readable_within(seconds: float, fd: int) -> None:
    """Wait until `fd` can be read; data that arrived while this process was stopped counts.

    Raises:
        TimeoutError: nothing arrived.
    """
    try:
        async with asyncio.timeout(seconds):
            await wait_readable(fd)
    except TimeoutError:
        poll = select.poll()
        poll.register(fd, select.POLLIN)
        if not poll.poll(0):
            raise


def receive_with_pid(control: socket.socket) -> tuple[bytes, int | None]:
    """Return one message and the host pid that the kernel attached to it.

    Descriptors that a hostile sender attaches are closed unused.
    """
    received = receive_with_sender(control, _MESSAGE_BYTES)
    for fd in received.descriptors:
        os.close(fd)
    return received.data, received.pid
