"""Sandboxes opened ahead of time, so that a submission need not wait for one."""

import asyncio
import socket
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from graders.limits import Limits
from worker.sandboxes import OpenSandbox, SandboxError, Zygote

# Each takes about 5 MiB while it waits. More would only help a burst, which is bound by the
# processors: opening one ahead saves the wait, not the work.
READY = 2

_log = structlog.get_logger("semaforo.pool")


class Pool:
    """Open sandboxes for recently used limits; close it before the zygote."""

    def __init__(self, zygote: Zygote) -> None:
        self._zygote = zygote
        self._ready: dict[Limits, deque[OpenSandbox]] = defaultdict(deque)
        self._refilling: set[asyncio.Task[None]] = set()

    async def take(self, limits: Limits) -> OpenSandbox:
        """Return a sandbox with these limits, ready or made now.

        Raises:
            SandboxError: none can be opened.
        """
        while ready := self._ready[limits]:
            sandbox = ready.popleft()
            if _is_alive(sandbox):
                return sandbox
            await sandbox.close()
        return await self._zygote.open(limits)

    @asynccontextmanager
    async def lend(self, limits: Limits) -> AsyncIterator[OpenSandbox]:
        """Yield a sandbox, closed at the end, when another is made in its place.

        Raises:
            SandboxError: none can be opened.
        """
        sandbox = await self.take(limits)
        try:
            yield sandbox
        finally:
            await sandbox.close()
            self.refill(limits)

    def refill(self, limits: Limits) -> None:
        """Make one more in the background, unless enough are ready. Called after a run's end."""
        if len(self._ready[limits]) + len(self._refilling) < READY:
            task = asyncio.create_task(self._make(limits))
            self._refilling.add(task)
            task.add_done_callback(self._refilling.discard)

    async def close(self) -> None:
        """End what is ready and what is being made."""
        for task in self._refilling:
            task.cancel()
        await asyncio.gather(*self._refilling, return_exceptions=True)
        waiting = [sandbox for ready in self._ready.values() for sandbox in ready]
        self._ready.clear()
        await asyncio.gather(*(sandbox.close() for sandbox in waiting))

    async def _make(self, limits: Limits) -> None:
        try:
            self._ready[limits].append(await self._zygote.open(limits))
        except SandboxError as error:
            # `take` opens the next one then, and raises the error.
            _log.warning("no sandbox ahead of time", error=str(error))


def _is_alive(sandbox: OpenSandbox) -> bool:
    """Whether its starter still holds its end; a zygote that died took it along."""
    with suppress(BlockingIOError):
        return sandbox.control.recv(1, socket.MSG_PEEK) != b""
    return True
